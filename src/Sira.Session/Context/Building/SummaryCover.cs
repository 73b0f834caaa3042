using Sira.Session.History;

namespace Sira.Session.Context.Building;

/// <summary>Chooses which summaries stand for the older part of a history.</summary>
internal static class SummaryCover
{
    /// <summary>Returns the summaries of messages that the history still has. One that goes beyond a rewind ends at a message that is no longer there.</summary>
    public static List<SessionSummary> Valid(SessionHistory history)
    {
        var valid = new List<SessionSummary>(history.Summaries.Count);
        foreach (var summary in history.Summaries)
        {
            if (summary.From <= summary.To && IndexOf(history.Messages, summary.From) >= 0 && IndexOf(history.Messages, summary.To) >= 0)
            {
                valid.Add(summary);
            }
        }

        return valid;
    }

    /// <summary>Returns the index of the message of a version; negative for none.</summary>
    public static int IndexOf(IReadOnlyList<SessionMessage> messages, long version)
    {
        var (low, high) = (0, messages.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var found = messages[middle].Header.Version;
            if (found == version)
            {
                return middle;
            }

            (low, high) = found < version ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }

    /// <summary>Returns summaries that do not overlap: the finest, then, as long as they have too many tokens, coarser ones in the place of the oldest, and at last without the oldest.</summary>
    public static List<SessionSummary> Choose(List<SessionSummary> summaries, long room, Func<SessionSummary, long> tokens)
    {
        // Of two of the same level that overlap, the newer one knew more.
        summaries.Sort(static (x, y) => x.Level != y.Level ? x.Level.CompareTo(y.Level) : y.Version.CompareTo(x.Version));
        var chosen = new List<SessionSummary>();
        foreach (var summary in summaries)
        {
            if (!chosen.Exists(other => Overlaps(other, summary)))
            {
                chosen.Add(summary);
            }
        }

        chosen.Sort(static (x, y) => x.From.CompareTo(y.From));
        var used = 0L;
        foreach (var summary in chosen)
        {
            used += tokens(summary);
        }

        while (used > room && Coarsen(summaries, chosen, tokens, ref used))
        {
        }

        while (used > room && chosen.Count > 0)
        {
            used -= tokens(chosen[0]);
            chosen.RemoveAt(0);
        }

        return chosen;
    }

    // Puts the finest summary that saves something in the place of the oldest ones that it covers.
    private static bool Coarsen(List<SessionSummary> summaries, List<SessionSummary> chosen, Func<SessionSummary, long> tokens, ref long used)
    {
        SessionSummary? best = null;
        var saved = 0L;
        foreach (var summary in summaries)
        {
            if ((best is not null && (summary.Level > best.Level || summary.From >= best.From)) || chosen.Contains(summary))
            {
                continue;
            }

            var (covered, isPartial) = (0L, false);
            foreach (var other in chosen)
            {
                var isCovered = summary.From <= other.From && other.To <= summary.To;
                covered += isCovered ? tokens(other) : 0;
                isPartial |= !isCovered && Overlaps(other, summary);
            }

            if (!isPartial && covered > tokens(summary))
            {
                (best, saved) = (summary, covered - tokens(summary));
            }
        }

        if (best is null)
        {
            return false;
        }

        chosen.RemoveAll(other => Overlaps(other, best));
        chosen.Add(best);
        chosen.Sort(static (x, y) => x.From.CompareTo(y.From));
        used -= saved;
        return true;
    }

    private static bool Overlaps(SessionSummary left, SessionSummary right) => left.From <= right.To && right.From <= left.To;
}
