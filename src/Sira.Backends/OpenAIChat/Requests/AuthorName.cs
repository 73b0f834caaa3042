using System.Buffers;

namespace Sira.Backends.OpenAIChat.Requests;

/// <summary>Makes an author's name one that providers take: letters, digits, <c>_</c> and <c>-</c>, at most 64.</summary>
internal static class AuthorName
{
    private const int MaximumLength = 64;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    public static string? Sanitize(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }

        if (name.Length <= MaximumLength && !name.AsSpan().ContainsAnyExcept(Allowed))
        {
            return name;
        }

        var kept = string.Concat(name.Where(static character => Allowed.Contains(character)).Take(MaximumLength));
        return kept.Length > 0 ? kept : null;
    }
}
