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
        var messages = history.Messages;
        var first = FirstWithoutSummary(history);
        if (first >= messages.Count)
        {
            return [];
        }

        var layout = HistoryLayout.Read(messages, []);
        var turns = Turns(layout, first);
        var tokens = 0L;
        foreach (var turn in turns)
        {
            tokens += turn.Tokens;
        }

        var isTriggered = tokens >= options.TriggerTokens || turns.Count >= options.TriggerTurns || (budget is { } whole && options.TriggerShare is { } share && tokens >= whole * share);
        return isTriggered && turns.Count > options.KeepTurns ? Ranges(messages, turns, turns.Count - options.KeepTurns) : [];
    }

    // Behind the last message up to which all have summaries.
    private static int FirstWithoutSummary(SessionHistory history)
    {
        var valid = SummaryCover.Valid(history);
        valid.Sort(static (x, y) => x.From.CompareTo(y.From));
        var first = 0;
        foreach (var summary in valid)
        {
            var from = SummaryCover.IndexOf(history.Messages, summary.From);
            if (from > first)
            {
                break;
            }

            first = Math.Max(first, SummaryCover.IndexOf(history.Messages, summary.To) + 1);
        }

        return first;
    }

    private static List<(int First, int Count, long Tokens)> Turns(HistoryLayout layout, int first)
    {
        var turns = new List<(int First, int Count, long Tokens)>();
        var group = -1;
        foreach (ref readonly var unit in layout.Units)
        {
            if (unit.First < first)
            {
                continue;
            }

            if (unit.Group != group)
            {
                turns.Add((unit.First, unit.Count, unit.Tokens));
                group = unit.Group;
            }
            else
            {
                var turn = turns[^1];
                turns[^1] = (turn.First, turn.Count + unit.Count, turn.Tokens + unit.Tokens);
            }
        }

        return turns;
    }

    private List<CompactionRange> Ranges(IReadOnlyList<SessionMessage> messages, List<(int First, int Count, long Tokens)> turns, int count)
    {
        var ranges = new List<CompactionRange>();
        var (first, length, tokens) = (turns[0].First, 0, 0L);
        for (var i = 0; i < count && ranges.Count < options.MaximumRanges; i++)
        {
            if (length > 0 && tokens + turns[i].Tokens > options.MaximumRangeTokens)
            {
                Add();
            }

            (length, tokens) = (length + turns[i].Count, tokens + turns[i].Tokens);
        }

        if (length > 0 && ranges.Count < options.MaximumRanges)
        {
            Add();
        }

        return ranges;

        void Add()
        {
            ranges.Add(new CompactionRange(messages[first].Header.Version, messages[first + length - 1].Header.Version, first, length, tokens));
            (first, length, tokens) = (first + length, 0, 0);
        }
    }
}
