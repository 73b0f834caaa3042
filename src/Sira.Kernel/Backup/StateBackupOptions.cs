namespace Sira.Kernel.Backup;

/// <summary>What holds for backups.</summary>
public sealed class StateBackupOptions
{
    /// <summary>Gets or sets how long each part may take to write or read its state.</summary>
    /// <value>Default 5 minutes; more than zero.</value>
    public TimeSpan ParticipantTimeout { get; set; } = TimeSpan.FromMinutes(5);
}
