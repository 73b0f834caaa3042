namespace Sira.Kernel.Configuration.Settings;

/// <summary>The order in which configuration lists the keys of one level: numbers before names, by their value, names without case.</summary>
/// <remarks>That of <c>ConfigurationKeyComparer</c>, which is not in the abstractions. Entries of an array would stand in another order without it: 10 before 2.</remarks>
internal sealed class ConfigurationKeyOrder : IComparer<string>
{
    public static ConfigurationKeyOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (left, right) = (int.TryParse(x, out var first), int.TryParse(y, out var second));
        return left && right ? first.CompareTo(second)
            : left ? -1
            : right ? 1
            : StringComparer.OrdinalIgnoreCase.Compare(x, y);
    }
}
