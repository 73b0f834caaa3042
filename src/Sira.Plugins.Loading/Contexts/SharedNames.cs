namespace Sira.Plugins.Loading.Contexts;

/// <summary>The names of the assemblies that the host shares with its plugins beside those that are always shared.</summary>
/// <param name="patterns">Simple names; one that ends in <c>*</c> stands for all that begin with what is before it.</param>
internal sealed class SharedNames(IReadOnlyList<string> patterns)
{
    /// <summary>How names are written.</summary>
    public const string Grammar = "Write the simple name, such as 'MyApp.Contracts', or the beginning of several, such as 'MyApp.*'.";

    /// <summary>Gets the names as they were given.</summary>
    public IReadOnlyList<string> Patterns => patterns;

    public bool Contains(string simple)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.EndsWith('*') ? simple.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.OrdinalIgnoreCase) : string.Equals(simple, pattern, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Says what is wrong with a name.</summary>
    /// <returns>The problem; <see langword="null"/> when there is none.</returns>
    public static string? Check(string pattern) =>
        pattern.TrimEnd('*').Length == 0 ? $"'{pattern}' would share every assembly of the host, also libraries that plugins bring in versions of their own."
        : pattern.AsSpan(0, pattern.Length - 1).Contains('*') || pattern.AsSpan().IndexOfAny(",=/\\") >= 0 || pattern.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? $"'{pattern}' is not the name of an assembly."
        : null;
}
