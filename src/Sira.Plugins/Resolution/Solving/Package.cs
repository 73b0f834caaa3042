namespace Sira.Plugins.Resolution.Solving;

/// <summary>Something of which at most one version is selected. To the solver only a number of versions, in ascending order.</summary>
/// <param name="index">Its place among the packages of one run, in the order in which they were met.</param>
/// <param name="versions">How many versions there are.</param>
internal abstract class Package(int index, int versions)
{
    public int Index { get; } = index;

    /// <summary>The number of states: the versions, and not being selected.</summary>
    public int States { get; } = versions + 1;

    /// <summary>Every state there is: nothing is known yet.</summary>
    public VersionSet Everything { get; } = VersionSet.Between(0, versions, versions + 1);

    /// <summary>Any version: it is selected.</summary>
    public VersionSet AnyVersion { get; } = VersionSet.Between(1, versions, versions + 1);

    /// <summary>Words a set of versions; the set does not hold "not selected".</summary>
    public abstract string Describe(VersionSet versions);
}
