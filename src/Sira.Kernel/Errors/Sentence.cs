namespace Sira.Kernel.Errors;

/// <summary>Ends texts of others, such as a provider's message or an exception's, so that what follows does not run into them.</summary>
public static class Sentence
{
    /// <summary>Ends a text with a full stop unless it ends a sentence already, quotes and brackets apart. Trailing white space, commas and colons go.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text as a sentence; a blank one as it is.</returns>
    public static string End(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.AsSpan().TrimEnd();
        var last = trimmed.TrimEnd(")]\"'”’»");
        if (last.Length > 0 && last[^1] is '.' or '!' or '?' or '…' or '。' or '！' or '？')
        {
            return trimmed.Length == text.Length ? text : trimmed.ToString();
        }

        return trimmed.Length == 0 ? text : string.Concat(trimmed.TrimEnd(",;:"), ".");
    }
}
