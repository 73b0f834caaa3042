using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Backup.Format;
using Sira.Kernel.Errors;
using Sira.Kernel.Time;

namespace Sira.Kernel.Backup;

/// <summary>Writes and restores backups of the parts that are registered.</summary>
public sealed class StateBackup : IStateBackup
{
    private readonly IStateParticipant[] participants;
    private readonly TimeProvider time;
    private readonly TimeSpan timeout;
    private readonly ILogger logger;

    // This process, and those whose state it has taken over.
    private readonly HashSet<Guid> origins = [Guid.NewGuid()];
    private int isBusy;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="participants">The parts; their names are unique.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">What holds for backups; <see langword="null"/> means the defaults.</param>
    /// <param name="logger">Where backups are logged; <see langword="null"/> means nowhere.</param>
    /// <exception cref="ArgumentException">Two parts have one name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not positive.</exception>
    public StateBackup(IEnumerable<IStateParticipant> participants, TimeProvider time, StateBackupOptions? options = null, ILogger<StateBackup>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(participants);
        ArgumentNullException.ThrowIfNull(time);
        timeout = (options ?? new StateBackupOptions()).ParticipantTimeout;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero, nameof(options));
        (this.participants, this.time, this.logger) = ([.. participants], time, logger ?? NullLogger<StateBackup>.Instance);
        if (this.participants.GroupBy(static participant => participant.Name, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two parts write their state under the name '{twice.Key}'. Give one of them another {nameof(IStateParticipant)}.{nameof(IStateParticipant.Name)}.", nameof(participants));
        }
    }

    /// <inheritdoc />
    public async Task<BackupReport> SaveAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var partial = $"{path}.{Guid.NewGuid():N}.partial";
        try
        {
            BackupReport report;
            var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
            await using (file.ConfigureAwait(false))
            {
                report = await SaveAsync(file, cancellationToken).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
            return report;
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <inheritdoc />
    public async Task<BackupReport> SaveAsync(Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using var turn = Enter();
        var captures = participants.Select(Capture).ToArray();
        var header = new BackupHeader(BackupFormat.Version, Guid.NewGuid(), time.GetUtcNow(), SiraVersion, [.. origins]);
        using var writer = new BackupWriter(destination);
        await writer.BeginAsync(header, cancellationToken).ConfigureAwait(false);
        var sections = new List<BackupSection>();
        for (var i = 0; i < participants.Length; i++)
        {
            var (participant, capture) = (participants[i], captures[i]);
            await writer.WriteAsync(RecordType.SectionHeader, new SectionHeader(participant.Name, participant.SchemaVersion), BackupJsonContext.Default.SectionHeader, cancellationToken).ConfigureAwait(false);
            var section = new SectionWriteStream(writer);
            await AskAsync(participant, "write its state", async token =>
            {
                await capture.SaveAsync(section, token).ConfigureAwait(false);
                return true;
            }, section.End, cancellationToken).ConfigureAwait(false);
            var trailer = await section.FinishAsync(cancellationToken).ConfigureAwait(false);
            await writer.WriteAsync(RecordType.SectionTrailer, trailer, BackupJsonContext.Default.SectionTrailer, cancellationToken).ConfigureAwait(false);
            sections.Add(new BackupSection(participant.Name, participant.SchemaVersion, trailer.Bytes, trailer.Sha256));
        }

        await writer.WriteAsync(RecordType.Trailer, new BackupTrailer(sections.Count), BackupJsonContext.Default.BackupTrailer, cancellationToken).ConfigureAwait(false);
        await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
        logger.BackupWritten(header.Id, sections.Count, writer.Bytes);
        return new BackupReport(header.Id, header.SavedAt, header.SiraVersion, writer.Bytes, writer.Sha256, sections);
    }

    /// <inheritdoc />
    public async Task<BackupReport> InspectAsync(Stream source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var reader = new BackupReader(source);
        var header = await reader.BeginAsync(cancellationToken).ConfigureAwait(false);
        return await ReadSectionsAsync(reader, header, static (_, _, _) => ValueTask.CompletedTask, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<BackupReport> RestoreAsync(string path, RestoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        await using (file.ConfigureAwait(false))
        {
            return await RestoreAsync(file, options, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async Task<BackupReport> RestoreAsync(Stream source, RestoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var turn = Enter();
        using var reader = new BackupReader(source);
        var header = await reader.BeginAsync(cancellationToken).ConfigureAwait(false);
        if (origins.Overlaps(header.Origins))
        {
            throw new StateBackupException("This process holds the state of this backup already: it wrote it itself, or has restored one of the same origin, and would count everything twice. Restore into a process that has just been started.");
        }

        var prepared = new List<(IStateParticipant Participant, IStateRestore Restore)>();
        var report = await ReadSectionsAsync(reader, header, PrepareAsync, cancellationToken).ConfigureAwait(false);
        if (report.Unknown.Count > 0 && options is not { IgnoreUnknown: true })
        {
            throw new StateBackupException($"The backup holds state that no part of this process knows: {string.Join(", ", report.Unknown)}. Register what wrote it, or set {nameof(RestoreOptions)}.{nameof(RestoreOptions.IgnoreUnknown)} to lose it.");
        }

        await CommitAsync(prepared).ConfigureAwait(false);
        origins.UnionWith(header.Origins);
        logger.BackupRestored(header.Id, header.SavedAt, prepared.Count);

        // What there is to tell may have shown only when it was put in place.
        return report with { Sections = [.. report.Sections.Select(section => prepared.Find(one => one.Participant.Name == section.Name) is { Restore: { } restore } ? section with { Notes = [.. restore.Notes] } : section)] };

        async ValueTask PrepareAsync(IStateParticipant participant, SectionHeader section, SectionReadStream stream)
        {
            if (section.SchemaVersion > participant.SchemaVersion || section.SchemaVersion < 1)
            {
                throw new StateBackupException($"The backup has the state of '{section.Name}' in form {section.SchemaVersion}, and this process reads forms up to {participant.SchemaVersion}. Use the version that wrote it: {header.SiraVersion}.");
            }

            var restore = await AskAsync(participant, "read its state", async token => await participant.PrepareAsync(stream, new StateSectionInfo(section.SchemaVersion, header.SavedAt), token).ConfigureAwait(false), stream.End, cancellationToken, reader).ConfigureAwait(false);
            prepared.Add((participant, restore));
        }
    }

    private static string SiraVersion => typeof(StateBackup).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? "0.0.0";

    private static IStateCapture Capture(IStateParticipant participant)
    {
        try
        {
            return participant.Capture();
        }
        catch (Exception exception)
        {
            throw Failed(participant, "take hold of its state", exception);
        }
    }

    private static StateBackupException Failed(IStateParticipant participant, string what, Exception exception) =>
        new(Sentence.End($"'{participant.Name}' could not {what}: {exception.GetType().Name}: {exception.Message}") + " Nothing has changed. Correct what it speaks of and try again.", exception);

    private async Task<BackupReport> ReadSectionsAsync(BackupReader reader, BackupHeader header, Func<IStateParticipant, SectionHeader, SectionReadStream, ValueTask> read, CancellationToken cancellationToken)
    {
        var (sections, unknown) = (new List<BackupSection>(), new List<string>());
        while (true)
        {
            var (type, payload) = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (type == RecordType.Trailer)
            {
                await reader.EndAsync(payload, sections.Count, cancellationToken).ConfigureAwait(false);
                break;
            }

            if (type != RecordType.SectionHeader)
            {
                throw reader.Fail($"The backup is damaged at byte {reader.Bytes}: a record of type {type} stands outside of a section. Restore another backup; this one cannot be trusted.");
            }

            var section = reader.Parse(payload, BackupJsonContext.Default.SectionHeader);
            if (sections.Exists(known => known.Name == section.Name))
            {
                throw reader.Fail($"The backup is damaged: it has the section '{section.Name}' twice. Restore another backup; this one cannot be trusted.");
            }

            var stream = new SectionReadStream(reader);
            if (Array.Find(participants, participant => participant.Name == section.Name) is { } known)
            {
                await read(known, section, stream).ConfigureAwait(false);
            }
            else
            {
                unknown.Add(section.Name);
            }

            var trailer = await stream.DrainAsync(cancellationToken).ConfigureAwait(false);
            sections.Add(new BackupSection(section.Name, section.SchemaVersion, trailer.Bytes, trailer.Sha256));
        }

        return new BackupReport(header.Id, header.SavedAt, header.SiraVersion, reader.Bytes, reader.Sha256, sections)
        {
            Unknown = unknown,
            Missing = [.. participants.Select(static participant => participant.Name).Except(sections.Select(static section => section.Name))],
        };
    }

    private async Task CommitAsync(List<(IStateParticipant Participant, IStateRestore Restore)> prepared)
    {
        for (var i = 0; i < prepared.Count; i++)
        {
            var (participant, restore) = prepared[i];
            try
            {
                await AskAsync(participant, "put its state in place", async token =>
                {
                    await restore.CommitAsync(token).ConfigureAwait(false);
                    return true;
                }, static () => { }, CancellationToken.None).ConfigureAwait(false);
            }
            catch
            {
                await UndoAsync(prepared[..i]).ConfigureAwait(false);
                throw;
            }
        }
    }

    private async Task UndoAsync(List<(IStateParticipant Participant, IStateRestore Restore)> committed)
    {
        for (var i = committed.Count - 1; i >= 0; i--)
        {
            try
            {
                await committed[i].Restore.UndoAsync().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The others are to take theirs back all the same.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                logger.UndoFailed(exception, committed[i].Participant.Name);
            }
        }
    }

    private async Task<T> AskAsync<T>(IStateParticipant participant, string what, Func<CancellationToken, Task<T>> ask, Action leave, CancellationToken cancellationToken, BackupReader? reader = null)
    {
        // Not disposed of where a part is left behind: it may still look at its token.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var task = ask(stop.Token);
            if (!await InlineDelay.EndsWithinAsync(task, timeout, time).WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                stop.Cancel();
                throw new StateBackupException($"'{participant.Name}' did not {what} within {timeout.TotalSeconds:0.###} s. Nothing has changed. Make it faster, or raise {nameof(StateBackupOptions)}.{nameof(StateBackupOptions.ParticipantTimeout)}.");
            }

            return await task.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not StateBackupException && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // What a damaged backup made of it is the damage, not the part.
            throw reader?.Damage ?? Failed(participant, what, exception);
        }
        finally
        {
            leave();
        }
    }

    private Turn Enter() => Interlocked.Exchange(ref isBusy, 1) == 0
        ? new Turn(this)
        : throw new InvalidOperationException("Another backup or restore runs. Wait for its end.");

    private sealed class Turn(StateBackup owner) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref owner.isBusy, 0);
    }
}
