namespace Sira.Kernel.Contributions;

/// <summary>Brings the contributors that are there before the first request: the plugins that the host begins with.</summary>
public interface IContributorSource
{
    /// <summary>Loads them. Called once, when the contributions are first asked for.</summary>
    /// <returns>The contributors, in their order.</returns>
    IReadOnlyList<Contributor> Load();
}
