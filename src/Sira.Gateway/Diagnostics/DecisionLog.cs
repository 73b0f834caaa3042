using Sira.Errors;
using Sira.Gateway.Decisions;
using Sira.Kernel.Diagnostics.Inspection;

namespace Sira.Gateway.Diagnostics;

/// <summary>The latest decisions in a ring. A decision is written as it is, by one increment and one write, and described when somebody looks.</summary>
internal sealed class DecisionLog(TimeProvider time)
{
    private volatile Ring? ring;

    public bool IsEnabled => ring is not null;

    /// <summary>Changes how many are kept; the latest stay.</summary>
    public void Resize(int size)
    {
        var before = ring;
        if (size == (before?.Slots.Length ?? 0))
        {
            return;
        }

        var next = size == 0 ? null : new Ring(size);
        if (next is not null && before is not null)
        {
            foreach (var entry in before.Latest().Take(size).Reverse())
            {
                next.Add(entry);
            }
        }

        ring = next;
    }

    public void Add(GatewayDecision decision, bool isAnswered, RequestFailedException? failure, TimeSpan duration, bool isFault) =>
        ring?.Add(new Entry(decision, isAnswered ? null : failure?.Kind.ToString() ?? (isFault ? "Failed" : "Left"), time.GetUtcNow(), duration));

    public IEnumerable<DecisionStatus> Show(DecisionFilter filter)
    {
        var shown = 0;
        foreach (var entry in ring?.Latest() ?? [])
        {
            if (shown < filter.Maximum && filter.Includes(entry.Decision.Route, entry.Outcome))
            {
                shown++;
                yield return entry.Describe();
            }
        }
    }

    private sealed class Ring(int size)
    {
        private long next;

        public Entry?[] Slots { get; } = new Entry?[size];

        public void Add(Entry entry) => Volatile.Write(ref Slots[(int)((ulong)(Interlocked.Increment(ref next) - 1) % (ulong)Slots.Length)], entry);

        public IEnumerable<Entry> Latest()
        {
            var end = Volatile.Read(ref next);
            for (var at = end - 1; at >= Math.Max(0, end - Slots.Length); at--)
            {
                // Empty where a writer has its place and has not written yet.
                if (Volatile.Read(ref Slots[(int)((ulong)at % (ulong)Slots.Length)]) is { } entry)
                {
                    yield return entry;
                }
            }
        }
    }

    private sealed record Entry(GatewayDecision Decision, string? Failure, DateTimeOffset EndedAt, TimeSpan Duration)
    {
        public string Outcome => Failure ?? "Answered";

        public DecisionStatus Describe() => new(EndedAt, Decision.Route, Outcome, Decision.Target, Decision.SnapshotVersion, Decision.AttemptCount, Duration)
        {
            Trail = [.. Decision.Attempts.Select(static attempt => $"{attempt.Target} → {attempt.Error?.ToString() ?? "answered"}")],
        };
    }
}
