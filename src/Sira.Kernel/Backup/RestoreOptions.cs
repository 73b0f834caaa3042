namespace Sira.Kernel.Backup;

/// <summary>How a backup is restored.</summary>
public sealed record RestoreOptions
{
    /// <summary>Gets whether sections are left out that no part of this process knows, as after a package was taken away.</summary>
    /// <value>Default <see langword="false"/>: the restore is refused, since their state would be lost.</value>
    public bool IgnoreUnknown { get; init; }
}
