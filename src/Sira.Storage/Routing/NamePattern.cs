namespace Sira.Storage.Routing;

/// <summary>A name, or how names begin where it ends with <c>*</c>.</summary>
internal static class NamePattern
{
    public static bool Matches(string pattern, string name) =>
        pattern.EndsWith('*') ? name.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal) : string.Equals(pattern, name, StringComparison.Ordinal);
}
