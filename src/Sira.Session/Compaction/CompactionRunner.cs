using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Configuration;
using Sira.Session.Compaction.Writing;
using Sira.Session.History;

namespace Sira.Session.Compaction;

/// <summary>Compacts histories: plans, has summaries made, hands them over to be appended. Thread-safe.</summary>
/// <remarks>
/// Whoever asks for a session that is being compacted joins that run and gets its result. A failure changes nothing and is no exception: the session is left alone for
/// <see cref="CompactionOptions.Rest"/>, twice as long with each failure in a row, and a later call tries again, once. A run ends when the last who waits for it gives up.
/// </remarks>
public sealed class CompactionRunner
{
    // Sessions that failed; beyond this many the one that may be tried soonest is forgotten, and tried.
    private const int MaximumResting = 10_000;

    private readonly CompactionPlanner planner;
    private readonly ICompactor compactor;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CompactionOptions options;
    private readonly Lock gate = new();
    private readonly Dictionary<string, CompactionRun> runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Failures, DateTimeOffset Until)> resting = new(StringComparer.Ordinal);

    /// <summary>Initializes a new instance.</summary>
    /// <param name="compactor">Makes the summaries.</param>
    /// <param name="options">When, and in which portions; <see langword="null"/> means the defaults.</param>
    /// <param name="time">The clock; <see langword="null"/> means the system's.</param>
    /// <param name="logger">Where failures are logged; <see langword="null"/> for nowhere.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public CompactionRunner(ICompactor compactor, CompactionOptions? options = null, TimeProvider? time = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(compactor);
        this.options = options ?? new CompactionOptions();
        planner = new CompactionPlanner(this.options);
        (this.compactor, this.time, this.logger) = (compactor, time ?? TimeProvider.System, logger ?? NullLogger.Instance);
    }

    /// <summary>Compacts the history of a session if it is time.</summary>
    /// <param name="history">The history.</param>
    /// <param name="append">Appends a summary to the session. What it throws counts as a failure; so it should where the session was rewound meanwhile.</param>
    /// <param name="budget">The tokens that a context may have; <see langword="null"/> where they are not known.</param>
    /// <param name="key">What tells the session from others; <see langword="null"/> for its id, which is enough where there is one tenant.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What came of it.</returns>
    public async Task<CompactionResult> RunAsync(
        SessionHistory history,
        Func<SummaryProposal, CancellationToken, ValueTask> append,
        long? budget = null,
        string? key = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(append);
        cancellationToken.ThrowIfCancellationRequested();
        key ??= history.SessionId;
        CompactionRun run;
        var isOwn = false;
        lock (gate)
        {
            if (resting.TryGetValue(key, out var rest) && time.GetUtcNow() < rest.Until)
            {
                return new CompactionResult(CompactionStatus.Resting, 0, rest.Until);
            }

            if (!runs.TryGetValue(key, out run!) || !run.TryJoin())
            {
                runs[key] = run = new CompactionRun();
                isOwn = true;
            }
        }

        if (isOwn)
        {
            // The run's own token: it goes on for those who joined when the first gives up.
            _ = CompleteAsync(run, key, history, append, budget);
        }

        return await run.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task CompleteAsync(CompactionRun run, string key, SessionHistory history, Func<SummaryProposal, CancellationToken, ValueTask> append, long? budget)
    {
        CompactionResult? result = null;
        try
        {
            result = await CompactAsync(key, history, append, budget, run.Token).ConfigureAwait(false);
        }
        catch (Exception) when (run.Token.IsCancellationRequested)
        {
            // Nobody waits for it any more. Not every client says so by the exception that is meant for it.
        }
        finally
        {
            lock (gate)
            {
                if (runs.TryGetValue(key, out var current) && ReferenceEquals(current, run))
                {
                    runs.Remove(key);
                }
            }

            run.Complete(result);
        }
    }

    private async Task<CompactionResult> CompactAsync(string key, SessionHistory history, Func<SummaryProposal, CancellationToken, ValueTask> append, long? budget, CancellationToken cancellationToken)
    {
        var appended = 0;
        try
        {
            var ranges = planner.Plan(history, budget);
            if (ranges.Count == 0)
            {
                return new CompactionResult(CompactionStatus.NotNeeded, 0);
            }

            await foreach (var proposal in compactor.CompactAsync(new CompactionRequest(history, ranges), cancellationToken).ConfigureAwait(false))
            {
                await append(proposal, cancellationToken).ConfigureAwait(false);
                appended++;
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever a model's client or a store throws: nothing of it may reach the turn that the compaction stands beside.
            var (failures, until) = Rest(key);
            CompactionMetrics.Count(compactor.Name, failed: true);
            CompactionLog.Failed(logger, history.SessionId, compactor.Name, failures, appended, until, exception);
            return new CompactionResult(CompactionStatus.Failed, appended, until, exception);
        }

        lock (gate)
        {
            resting.Remove(key);
        }

        CompactionMetrics.Count(compactor.Name, failed: false);
        CompactionLog.Compacted(logger, history.SessionId, compactor.Name, appended);
        return new CompactionResult(CompactionStatus.Compacted, appended);
    }

    private (int Failures, DateTimeOffset Until) Rest(string key)
    {
        lock (gate)
        {
            var failures = resting.TryGetValue(key, out var before) ? before.Failures + 1 : 1;
            var factor = Math.Pow(2, Math.Min(failures - 1, 30));
            var rest = options.Rest * factor < options.MaximumRest ? options.Rest * factor : options.MaximumRest;
            if (resting.Count >= MaximumResting && !resting.ContainsKey(key))
            {
                resting.Remove(resting.MinBy(static pair => pair.Value.Until).Key);
            }

            return resting[key] = (failures, time.GetUtcNow() + rest);
        }
    }
}
