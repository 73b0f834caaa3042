using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Errors;
using Sira.Kernel.Time;

namespace Sira.Kernel.Backup;

/// <summary>All parts with a state that outlives the process. Whoever keeps state, such as a backup or a storage, asks them through this, so that no state is put in place twice.</summary>
public sealed class StateParticipants
{
    // A state goes through one more with each restart.
    private const int MaximumOrigins = 1000;

    private readonly IStateParticipant[] participants;
    private readonly TimeProvider time;
    private readonly TimeSpan timeout;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private Guid[] origins = [Guid.NewGuid()];

    /// <summary>Initializes a new instance.</summary>
    /// <param name="participants">The parts; their names are unique.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">How long each may take; <see langword="null"/> means the defaults.</param>
    /// <param name="logger">Where failures are logged that hide behind another; <see langword="null"/> means nowhere.</param>
    /// <exception cref="ArgumentException">Two parts have one name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not positive.</exception>
    public StateParticipants(IEnumerable<IStateParticipant> participants, TimeProvider time, StateBackupOptions? options = null, ILogger<StateParticipants>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(participants);
        ArgumentNullException.ThrowIfNull(time);
        timeout = (options ?? new StateBackupOptions()).ParticipantTimeout;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero, nameof(options));
        (this.participants, this.time, this.logger) = ([.. participants], time, logger ?? NullLogger<StateParticipants>.Instance);
        if (this.participants.GroupBy(static participant => participant.Name, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two parts write their state under the name '{twice.Key}'. Give one of them another {nameof(IStateParticipant)}.{nameof(IStateParticipant.Name)}.", nameof(participants));
        }

        Names = [.. this.participants.Select(static participant => participant.Name)];
    }

    /// <summary>Gets the names of the parts, in the order in which they are asked.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Gets the processes whose state this one has: itself first, then those whose state it has taken over, the latest first; at most 1000.</summary>
    public IReadOnlyList<Guid> Origins => Volatile.Read(ref origins);

    /// <summary>Gets the version of Sira that writes, such as <c>1.2.0</c>.</summary>
    public static string SiraVersion { get; } = typeof(StateParticipants).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? "0.0.0";

    /// <summary>Tells whether this process has the state of others already, so that it must not be put in place again.</summary>
    /// <param name="others">The others.</param>
    /// <returns>Whether it has that of any.</returns>
    public bool Holds(IEnumerable<Guid> others) => Origins.Intersect(others).Any();

    /// <summary>Has all parts take hold of their state, one directly after the other.</summary>
    /// <returns>The states, in the order of <see cref="Names"/>.</returns>
    /// <exception cref="StateBackupException">One could not.</exception>
    public IReadOnlyList<CapturedState> Capture()
    {
        var captured = new CapturedState[participants.Length];
        for (var i = 0; i < captured.Length; i++)
        {
            var participant = participants[i];
            try
            {
                captured[i] = new CapturedState(this, participant, participant.Capture());
            }
            catch (Exception exception)
            {
                throw Failed(participant, "take hold of its state", exception);
            }
        }

        return captured;
    }

    /// <summary>Has a part read and check a state. Nothing takes effect.</summary>
    /// <param name="name">The part.</param>
    /// <param name="info">In which form, and when it was written.</param>
    /// <param name="section">What it wrote.</param>
    /// <param name="writtenBy">The version of Sira that wrote it, for the error.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The state, to be put in place by <see cref="CommitAsync"/>.</returns>
    /// <exception cref="StateBackupException">It failed, took too long, or does not know the form.</exception>
    /// <exception cref="ArgumentException">There is no such part.</exception>
    public async Task<PreparedState> PrepareAsync(string name, StateSectionInfo info, Stream section, string writtenBy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(section);
        var participant = Array.Find(participants, participant => participant.Name == name) ?? throw new ArgumentException($"No part has the name '{name}'.", nameof(name));
        if (info.SchemaVersion > participant.SchemaVersion || info.SchemaVersion < 1)
        {
            throw new StateBackupException($"The state of '{name}' was written in form {info.SchemaVersion}, and this process reads forms up to {participant.SchemaVersion}. Use the version that wrote it: {writtenBy}.");
        }

        var restore = await AskAsync(participant, "read its state", token => participant.PrepareAsync(section, info, token), cancellationToken).ConfigureAwait(false);
        return new PreparedState(participant, restore);
    }

    /// <summary>Puts states in place: all, or, when a part fails, none.</summary>
    /// <param name="states">The states, in the order in which they are put in place.</param>
    /// <param name="from">The processes whose states they are.</param>
    /// <returns>A task that ends when they are in place.</returns>
    /// <exception cref="StateBackupException">A part failed or took too long; the others have taken theirs back.</exception>
    public async Task CommitAsync(IReadOnlyList<PreparedState> states, IEnumerable<Guid> from)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(from);
        for (var i = 0; i < states.Count; i++)
        {
            var restore = states[i].Restore;
            try
            {
                await AskAsync(
                    states[i].Participant,
                    "put its state in place",
                    async token =>
                    {
                        await restore.CommitAsync(token).ConfigureAwait(false);
                        return true;
                    },
                    CancellationToken.None).ConfigureAwait(false);
            }
            catch
            {
                await UndoAsync(states, i).ConfigureAwait(false);
                throw;
            }
        }

        lock (gate)
        {
            origins = [.. origins.Take(1).Concat(from).Concat(origins.Skip(1)).Distinct().Take(MaximumOrigins)];
        }
    }

    internal async Task<T> AskAsync<T>(IStateParticipant participant, string what, Func<CancellationToken, ValueTask<T>> ask, CancellationToken cancellationToken)
    {
        // Not disposed of where a part is left behind: it may still look at its token.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var task = ask(stop.Token).AsTask();
            if (!await InlineDelay.EndsWithinAsync(task, timeout, time).WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                await stop.CancelAsync().ConfigureAwait(false);
                throw new StateBackupException($"'{participant.Name}' did not {what} within {timeout.TotalSeconds:0.###} s. Nothing has changed. Make it faster, or raise {nameof(StateBackupOptions)}.{nameof(StateBackupOptions.ParticipantTimeout)}.");
            }

            return await task.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not StateBackupException && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw Failed(participant, what, exception);
        }
    }

    private static StateBackupException Failed(IStateParticipant participant, string what, Exception exception) =>
        new(Sentence.End($"'{participant.Name}' could not {what}: {exception.GetType().Name}: {exception.Message}") + " Nothing has changed. Correct what it speaks of and try again.", exception);

    private async Task UndoAsync(IReadOnlyList<PreparedState> states, int count)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            try
            {
                await states[i].Restore.UndoAsync().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The others are to take theirs back all the same.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                logger.UndoFailed(exception, states[i].Name);
            }
        }
    }
}
