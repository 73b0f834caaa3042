namespace Sira.Kernel.Contributions;

/// <summary>Brings the contributors that are there before the first request: the plugins that the host begins with.</summary>
public interface IContributorSource
{
    /// <summary>Loads them. Called once, when the contributions are first asked for.</summary>
    /// <returns>The contributors, in their order.</returns>
    IReadOnlyList<Contributor> Load();

    /// <summary>Hears that a contributor that was loaded cannot be used, because nothing can be built with what it contributes.</summary>
    /// <param name="contributor">The contributor.</param>
    /// <param name="reason">What stands against it.</param>
    /// <returns>Whether the host can do without it.</returns>
    bool TryExclude(Contributor contributor, Exception reason);
}
