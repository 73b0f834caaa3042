namespace Sira.Kernel.Configuration.Versions;

/// <summary>What two versions of the configuration differ in.</summary>
/// <param name="From">The number of the one.</param>
/// <param name="To">The number of the other.</param>
/// <param name="Changes">The settings that differ, in the order of their keys.</param>
public sealed record ConfigurationDiff(long From, long To, IReadOnlyList<ConfigurationChange> Changes)
{
    /// <summary>Writes one line for each change.</summary>
    /// <returns>The text; of equal versions, that there is no difference.</returns>
    public override string ToString() => Changes.Count == 0
        ? $"version {From} and version {To} have the same settings"
        : $"from version {From} to version {To}:{string.Concat(Changes.Select(static change => $"{Environment.NewLine}  {change}"))}";
}
