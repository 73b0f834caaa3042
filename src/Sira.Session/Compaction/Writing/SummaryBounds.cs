using System.Buffers;
using Sira.Tokens;

namespace Sira.Session.Compaction.Writing;

/// <summary>Keeps summaries short.</summary>
internal static class SummaryBounds
{
    private static readonly SearchValues<char> Ends = SearchValues.Create(".!?。！？\n");

    /// <summary>Returns how many tokens a summary may have: never more than half of what it stands for, but always a sentence.</summary>
    public static int Limit(SummaryOptions options, long tokens) => (int)Math.Clamp(tokens / 2, Math.Min(20, options.MaximumOutputTokens), options.MaximumOutputTokens);

    /// <summary>Cuts a text that is too long, after a sentence where there is one in its second half.</summary>
    public static string Cut(string text, int maximum, ITokenEstimator estimator, string? family)
    {
        while (estimator.Estimate(text, family) is var tokens && tokens > maximum && text.Length > 1)
        {
            var length = Math.Min(text.Length - 1, (int)(text.Length * (double)maximum / tokens));
            length -= length > 0 && char.IsHighSurrogate(text[length - 1]) ? 1 : 0;
            var end = text.AsSpan(0, length).LastIndexOfAny(Ends);
            text = text[..(end > length / 2 ? end + 1 : length)].TrimEnd();
        }

        return text;
    }
}
