using Sira.Session.History;
using Sira.Session.Turns;

namespace Sira.Session.Views;

/// <summary>A session as it stands at a version. Never changes.</summary>
internal sealed record SessionView
{
    private SessionHistory? history;

    public required SessionIdentity Identity { get; init; }

    public required long Version { get; init; }

    public Sequence<SessionMessage> Messages { get; init; } = Sequence<SessionMessage>.Empty;

    public Sequence<SessionSummary> Summaries { get; init; } = Sequence<SessionSummary>.Empty;

    /// <summary>The state after each change that is in effect, so that an earlier one is found without reading.</summary>
    public Sequence<StateVersion> States { get; init; } = Sequence<StateVersion>.Empty;

    /// <summary>The versions that are in effect, ascending; the last range is open.</summary>
    public IReadOnlyList<LiveRange> Live { get; init; } = [];

    public SessionLifecycle Lifecycle { get; init; }

    public SessionTurn? OpenTurn { get; init; }

    public DateTimeOffset LastActiveAt { get; init; }

    /// <summary>When its record was brought up last, as far as is known here.</summary>
    public DateTimeOffset TouchedAt { get; init; }

    /// <summary>How much memory it takes, roughly.</summary>
    public long Bytes { get; init; }

    public StateVersion State => States.Count == 0 ? StateVersion.Empty : States[States.Count - 1];

    /// <summary>The version of its own log.</summary>
    public long StreamVersion => Version - Identity.Base;

    public SessionHistory History => history ??= new SessionHistory(Identity.Key.Id, Version, Messages, Summaries);

    /// <summary>Returns the view with the history and state of a version, or nothing where that was rewound and so is not at hand.</summary>
    public SessionView? Cut(long version)
    {
        if (version == Version)
        {
            return this;
        }

        var ranges = new List<LiveRange>();
        foreach (var range in Live)
        {
            if (version > range.After && version <= range.To)
            {
                ranges.Add(range with { To = version });
                return this with
                {
                    history = null,
                    Version = version,
                    Messages = Messages.Take(Messages.CountUpTo(version, static message => message.Header.Version)),
                    Summaries = Summaries.Take(Summaries.CountUpTo(version, static summary => summary.Version)),
                    States = States.Take(States.CountUpTo(version, static state => state.Version)),
                    Live = ranges,
                };
            }

            ranges.Add(range);
        }

        return null;
    }

    /// <summary>Returns the view as that of a fork, before the fork's first event.</summary>
    public SessionView ForFork(SessionIdentity identity)
    {
        var ranges = new List<LiveRange>(Live);
        ranges[^1] = ranges[^1] with { To = long.MaxValue };
        return this with { history = null, Identity = identity, Live = ranges };
    }

    /// <summary>When its time runs out; <see langword="null"/> for never.</summary>
    public DateTimeOffset? ExpiresAt => Expiry.Of(Identity.Info.CreatedAt, LastActiveAt, Lifecycle, Identity.Info.IdleTimeToLive, Identity.Info.TimeToLive);
}
