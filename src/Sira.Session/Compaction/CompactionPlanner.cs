using Sira.Kernel.Configuration;
using Sira.Session.Context.Building;
using Sira.Session.History;

namespace Sira.Session.Compaction;

/// <summary>Says which parts of a history are to be summarised. Reads headers only, and keeps nothing: it says the same wherever it is asked.</summary>
/// <remarks>Parts begin and end with turns, so that no call is parted from its results, and never overlap a summary that holds. A summary of messages that were rewound does not hold, and what it stood for otherwise is summarised again.</remarks>
public sealed class CompactionPlanner
{
    private readonly CompactionOptions options;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="options">When, and in which portions; <see langword="null"/> means the defaults.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public CompactionPlanner(CompactionOptions? options = null)
    {
        this.options = options ?? new CompactionOptions();
        var errors = new ConfigurationErrors();
        this.options.Validate(nameof(CompactionOptions), errors);
        errors.ThrowIfAny();
    }

    /// <summary>Finds what is to be summarised.</summary>
    /// <param name="history">The history.</param>
    /// <param name="budget">The tokens that a context may have, for <see cref="CompactionOptions.TriggerShare"/>; <see langword="null"/> where they are not known.</param>
    /// <returns>The parts, oldest first; empty where no trigger is reached.</returns>
    public IReadOnlyList<CompactionRange> Plan(SessionHistory history, long? budget = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        using var layout = HistoryLayout.Read(history.Messages, []);
        var turns = TurnsWithoutSummary(history, layout);
        var tokens = 0L;
        foreach (var turn in turns)
        {
            tokens += turn.Tokens;
        }

        var end = layout.Groups - options.KeepTurns;
        var older = turns.FindAll(turn => turn.Group < end);
        var isTriggered = tokens >= options.TriggerTokens || older.Count >= options.TriggerTurns || (budget is { } whole && options.TriggerShare is { } share && tokens >= whole * share);
        return isTriggered ? Ranges(history.Messages, older) : [];
    }

    private static List<Turn> TurnsWithoutSummary(SessionHistory history, HistoryLayout layout)
    {
        var hasSummary = new bool[history.Messages.Count];
        foreach (var summary in SummaryCover.Valid(history))
        {
            var from = SummaryCover.IndexOf(history.Messages, summary.From);
            hasSummary.AsSpan(from, SummaryCover.IndexOf(history.Messages, summary.To) - from + 1).Fill(true);
        }

        var turns = new List<Turn>();
        var summarised = -1;
        foreach (ref readonly var unit in layout.Units)
        {
            if (unit.Group == summarised || hasSummary.AsSpan(unit.First, unit.Count).Contains(true))
            {
                // Of a turn that has a summary in part, nothing is summarised again.
                summarised = unit.Group;
                turns.RemoveAll(turn => turn.Group == summarised);
            }
            else if (turns.Count > 0 && turns[^1].Group == unit.Group)
            {
                turns[^1] = turns[^1] with { Messages = turns[^1].Messages + unit.Count, Tokens = turns[^1].Tokens + unit.Tokens };
            }
            else
            {
                turns.Add(new Turn(unit.Group, unit.First, unit.Count, unit.Tokens));
            }
        }

        return turns;
    }

    private List<CompactionRange> Ranges(IReadOnlyList<SessionMessage> messages, List<Turn> turns)
    {
        var ranges = new List<CompactionRange>();
        for (var i = 0; i < turns.Count && ranges.Count < options.MaximumRanges;)
        {
            var (first, count, tokens) = (turns[i].First, turns[i].Messages, turns[i].Tokens);
            for (i++; i < turns.Count && turns[i].First == first + count && tokens + turns[i].Tokens <= options.MaximumRangeTokens; i++)
            {
                (count, tokens) = (count + turns[i].Messages, tokens + turns[i].Tokens);
            }

            ranges.Add(new CompactionRange(messages[first].Header.Version, messages[first + count - 1].Header.Version, first, count, tokens));
        }

        return ranges;
    }

    private readonly record struct Turn(int Group, int First, int Messages, long Tokens);
}
