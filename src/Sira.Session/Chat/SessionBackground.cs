using Sira.Kernel.Time;
using Sira.Session.Compaction;
using Sira.Session.Memory;
using Sira.Session.Upkeep;

namespace Sira.Session.Chat;

/// <summary>What is done after a turn and nobody waits for: what was said is indexed, long histories are summarised.</summary>
internal sealed class SessionBackground : IAsyncDisposable
{
    // One waits for a model at a time in each; a session is always in the same.
    private const int Lanes = 4;

    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    private readonly ISessions sessions;
    private readonly IMemoryIndex? memory;
    private readonly CompactionRunner? compaction;
    private readonly TimeProvider time;
    private readonly BackgroundWork[] lanes;

    public SessionBackground(ISessions sessions, IMemoryIndex? memory, CompactionRunner? compaction, TimeProvider time, SessionLog log)
    {
        (this.sessions, this.memory, this.compaction, this.time) = (sessions, memory, compaction, time);
        lanes = memory is null && compaction is null ? [] : [.. Enumerable.Range(0, Lanes).Select(_ => new BackgroundWork(log))];
    }

    /// <summary>Takes a session in which a turn has ended.</summary>
    /// <param name="key">The session.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="budget">How many tokens it could send.</param>
    public void Enqueue(SessionKey key, MemoryOwner owner, long turn, long budget)
    {
        if (lanes.Length > 0)
        {
            lanes[(key.GetHashCode() & int.MaxValue) % lanes.Length].Add("after a turn", cancellationToken => RunAsync(key, owner, turn, budget, cancellationToken));
        }
    }

    /// <summary>Waits until everything that was taken has been done.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => Task.WhenAll(lanes.Select(lane => lane.DrainAsync(cancellationToken)));

    /// <summary>Does what waits as far as it goes quickly, and gives up the rest: the next turn asks for it again.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(lanes.Select(async lane =>
        {
            var ending = lane.DisposeAsync().AsTask();
            if (!await InlineDelay.EndsWithinAsync(ending, DrainTime, time).ConfigureAwait(false))
            {
                await lane.StopAsync().ConfigureAwait(false);
            }

            await ending.ConfigureAwait(false);
        })).ConfigureAwait(false);
    }

    private async ValueTask RunAsync(SessionKey key, MemoryOwner owner, long turn, long budget, CancellationToken cancellationToken)
    {
        var session = await sessions.OpenAsync(key, cancellationToken).ConfigureAwait(false);
        if (memory is not null)
        {
            await MemoryFollower.UpdateAsync(memory, owner, session, NewFrom(session, turn), cancellationToken).ConfigureAwait(false);
        }

        if (compaction is not null)
        {
            await compaction.RunAsync(session.History, (proposal, token) => AppendAsync(session, proposal, token), budget, $"{key}", cancellationToken).ConfigureAwait(false);
        }
    }

    // With its first turn a fork brings what it shares along, should that not have been added when it was made.
    private static long NewFrom(ISession session, long turn) =>
        session.Info.Parent is not null && !session.History.Messages.Any(message => message.Header.Version > session.Info.ParentVersion && message.Header.Version < turn) ? 0 : turn - 1;

    private static async ValueTask AppendAsync(ISession session, SummaryProposal proposal, CancellationToken cancellationToken) =>
        await session.RebaseAsync(
            (current, token) => current.History.Messages.Any(message => message.Header.Version == proposal.To)
                ? current.AddSummaryAsync(proposal.At(0), token)
                : throw new InvalidOperationException($"The session was rewound to before version {proposal.To} meanwhile."),
            cancellationToken: cancellationToken).ConfigureAwait(false);
}
