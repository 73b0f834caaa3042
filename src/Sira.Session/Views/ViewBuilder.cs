using System.Runtime.InteropServices;
using Sira.Session.Events;
using Sira.Session.History;
using Sira.Session.Turns;

namespace Sira.Session.Views;

/// <summary>Folds events into a view.</summary>
internal sealed class ViewBuilder(SessionView begin)
{
    // Of a message, summary or state beside its JSON: the objects that stand for it, measured roughly.
    private const int ItemBytes = 250;

    private readonly List<SessionMessage> messages = [];
    private readonly List<SessionSummary> summaries = [];
    private readonly List<StateVersion> states = [];
    private SessionView view = begin;
    private StateVersion state = begin.State;
    private SessionLifecycle lifecycle = begin.Lifecycle;
    private SessionTurn? turn = begin.OpenTurn;
    private DateTimeOffset lastActiveAt = begin.LastActiveAt;
    private long version = begin.Version;
    private long bytes = begin.Bytes;

    /// <summary>Folds a whole session: all its events from the first on.</summary>
    public static SessionView Fold(SessionIdentity identity, IReadOnlyList<SessionEvent> events)
    {
        var rewinds = new List<(long At, long To)>();
        foreach (var item in events)
        {
            if (item is SessionRewound rewound)
            {
                rewinds.Add((rewound.Version, rewound.To));
            }
        }

        var live = LiveRange.Find(rewinds, events[^1].Version);
        var builder = new ViewBuilder(new SessionView { Identity = identity, Version = 0 });
        var range = 0;
        foreach (var item in events)
        {
            while (range < live.Count && item.Version > live[range].To)
            {
                range++;
            }

            builder.Add(item, range < live.Count && item.Version > live[range].After);
        }

        return builder.Build() with { Live = Open(live, events[^1].Version) };
    }

    /// <summary>Folds the events that follow a view into it.</summary>
    /// <param name="view">The view.</param>
    /// <param name="events">The events.</param>
    /// <param name="target">The view to go back to, where it is at hand.</param>
    /// <returns>The view behind them; nothing where they go back to what was rewound before, which takes the whole session to fold.</returns>
    public static SessionView? Advance(SessionView view, IReadOnlyList<SessionEvent> events, SessionView? target = null)
    {
        var builder = new ViewBuilder(view);
        foreach (var item in events)
        {
            if (item is SessionRewound rewound && !builder.Rewind(rewound, target))
            {
                return null;
            }

            builder.Add(item, isLive: true);
        }

        return builder.Build();
    }

    private static List<LiveRange> Open(List<LiveRange> live, long version)
    {
        if (live[^1].To == version)
        {
            live[^1] = live[^1] with { To = long.MaxValue };
        }
        else
        {
            // The last event is a rewind: what follows it begins a range of its own.
            live.Add(new LiveRange(version, long.MaxValue));
        }

        return live;
    }

    private bool Rewind(SessionRewound rewound, SessionView? target)
    {
        Flush();
        if ((target ?? view.Cut(rewound.To)) is not { } cut)
        {
            return false;
        }

        // Cutting at the view's own version leaves its last range open; that range ends here.
        var ranges = new List<LiveRange>(cut.Live);
        ranges[^1] = ranges[^1] with { To = Math.Min(ranges[^1].To, rewound.To) };
        ranges.Add(new LiveRange(rewound.Version, long.MaxValue));
        view = cut with { Live = ranges };
        state = view.State;
        return true;
    }

    private void Add(SessionEvent item, bool isLive)
    {
        (version, lastActiveAt) = (item.Version, item.At);
        switch (item)
        {
            case SessionCreated or SessionForked:
                (lifecycle, turn) = (SessionLifecycle.Active, null);
                break;
            case TurnStarted started:
                turn = started.Turn;
                break;
            case TurnEnded ended when turn == ended.Turn:
                turn = null;
                break;
            case SessionRewound:
                turn = null;
                break;
            case LifecycleChanged changed:
                lifecycle = changed.Lifecycle;
                break;
            case SessionErased:
                lifecycle = SessionLifecycle.Erased;
                break;
            case MessageAdded added when isLive:
                messages.Add(added.Message);
                bytes += ItemBytes + added.Message.Length;
                break;
            case SummaryAdded added when isLive:
                summaries.Add(added.Summary);
                bytes += ItemBytes + (sizeof(char) * added.Summary.Text.Length);
                break;
            case StateChanged changed when isLive:
                state = state.With(changed.Version, changed.Key, changed.Value);
                states.Add(state);
                bytes += ItemBytes + (changed.Value?.Length ?? 0);
                break;
        }
    }

    private SessionView Build()
    {
        Flush();
        return view with { Lifecycle = lifecycle, OpenTurn = turn, LastActiveAt = lastActiveAt, Bytes = bytes };
    }

    private void Flush()
    {
        view = new SessionView
        {
            Identity = view.Identity,
            Version = version,
            Messages = view.Messages.Add(CollectionsMarshal.AsSpan(messages)),
            Summaries = view.Summaries.Add(CollectionsMarshal.AsSpan(summaries)),
            States = view.States.Add(CollectionsMarshal.AsSpan(states)),
            Live = view.Live,
            Lifecycle = view.Lifecycle,
            OpenTurn = view.OpenTurn,
            LastActiveAt = view.LastActiveAt,
            TouchedAt = view.TouchedAt,
            Bytes = view.Bytes,
        };
        messages.Clear();
        summaries.Clear();
        states.Clear();
    }
}
