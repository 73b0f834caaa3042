using Sira.Session.Context.Building;
using Sira.Session.History;

namespace Sira.Session.Compaction.Writing;

/// <summary>Finds summaries that are to be summarised.</summary>
internal static class SummaryLevels
{
    /// <summary>Returns the oldest neighbouring summaries of a level that none of the next stands for; <see langword="null"/> if they are too few.</summary>
    public static List<SessionSummary>? NextRun(IReadOnlyList<SessionMessage> messages, List<SessionSummary> summaries, int level, int fanOut)
    {
        var free = summaries.FindAll(summary => summary.Level == level && !summaries.Exists(other => other.Level == level + 1 && other.From <= summary.To && summary.From <= other.To));
        free.Sort(static (x, y) => x.From.CompareTo(y.From));
        var run = new List<SessionSummary>(fanOut);
        foreach (var summary in free)
        {
            if (run.Count > 0 && SummaryCover.IndexOf(messages, run[^1].To) + 1 != SummaryCover.IndexOf(messages, summary.From))
            {
                run.Clear();
            }

            run.Add(summary);
            if (run.Count == fanOut)
            {
                return run;
            }
        }

        return null;
    }
}
