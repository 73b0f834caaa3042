using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Explaining;

/// <summary>Words an incompatibility that was derived.</summary>
internal static class IncompatibilityText
{
    public const string Nothing = "there is no set of plugins that fits";

    private const string Every = "every ";

    // What was learned late may speak of dozens of packages; nobody reads so many.
    private const int MostNamed = 6;

    public static string Describe(Incompatibility incompatibility)
    {
        var present = incompatibility.Terms.Where(static term => term.IsPositive).Select(static term => term.Package.Describe(term.States)).ToArray();
        var needed = incompatibility.Terms.Where(static term => !term.IsPositive).Select(static term => term.Inverse).Select(static term => term.Package.Describe(term.States)).ToArray();
        return (present.Length, needed.Length) switch
        {
            (0, 0) => Nothing,
            (0, _) => $"{Join(needed, "or")} is needed",
            (1, 0) => present[0].StartsWith(Every, StringComparison.Ordinal) ? $"no {present[0][Every.Length..]} can be used" : $"{present[0]} cannot be used",
            (2, 0) => $"{present[0]} is incompatible with {present[1]}",
            (_, 0) => $"{Join(present, "and")} are incompatible",
            (1, _) => $"{present[0]} requires {Join(needed, "or")}",
            _ => $"{Join(present, "and")} together require {Join(needed, "or")}",
        };
    }

    private static string Join(string[] names, string conjunction) =>
        names.Length == 1 ? names[0]
        : names.Length <= MostNamed ? $"{string.Join(", ", names[..^1])} {conjunction} {names[^1]}"
        : $"{string.Join(", ", names[..MostNamed])} {conjunction} {names.Length - MostNamed} more";
}
