using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Backup.Format;

namespace Sira.Kernel.Backup;

/// <summary>Writes and restores backups of the parts that are registered.</summary>
public sealed class StateBackup : IStateBackup
{
    private readonly StateParticipants participants;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private int isBusy;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="participants">The parts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where backups are logged; <see langword="null"/> means nowhere.</param>
    public StateBackup(StateParticipants participants, TimeProvider time, ILogger<StateBackup>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(participants);
        ArgumentNullException.ThrowIfNull(time);
        (this.participants, this.time, this.logger) = (participants, time, logger ?? NullLogger<StateBackup>.Instance);
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
        var captured = participants.Capture();
        var header = new BackupHeader(BackupFormat.Version, Guid.NewGuid(), time.GetUtcNow(), StateParticipants.SiraVersion, [.. participants.Origins]);
        using var writer = new BackupWriter(destination);
        await writer.BeginAsync(header, cancellationToken).ConfigureAwait(false);
        var sections = new List<BackupSection>();
        foreach (var state in captured)
        {
            await writer.WriteAsync(RecordType.SectionHeader, new SectionHeader(state.Name, state.SchemaVersion), BackupJsonContext.Default.SectionHeader, cancellationToken).ConfigureAwait(false);
            var section = new SectionWriteStream(writer);
            try
            {
                await state.SaveAsync(section, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                section.End();
            }

            var trailer = await section.FinishAsync(cancellationToken).ConfigureAwait(false);
            await writer.WriteAsync(RecordType.SectionTrailer, trailer, BackupJsonContext.Default.SectionTrailer, cancellationToken).ConfigureAwait(false);
            sections.Add(new BackupSection(state.Name, state.SchemaVersion, trailer.Bytes, trailer.Sha256));
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
        return await ReadSectionsAsync(reader, header, static (_, _) => ValueTask.CompletedTask, cancellationToken).ConfigureAwait(false);
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
        if (participants.Holds(header.Origins))
        {
            throw new StateBackupException("This process holds the state of this backup already: it wrote it itself, or has restored one of the same origin, and would count everything twice. Restore into a process that has just been started.");
        }

        var prepared = new List<PreparedState>();
        var report = await ReadSectionsAsync(reader, header, PrepareAsync, cancellationToken).ConfigureAwait(false);
        if (report.Unknown.Count > 0 && options is not { IgnoreUnknown: true })
        {
            throw new StateBackupException($"The backup holds state that no part of this process knows: {string.Join(", ", report.Unknown)}. Register what wrote it, or set {nameof(RestoreOptions)}.{nameof(RestoreOptions.IgnoreUnknown)} to lose it.");
        }

        await participants.CommitAsync(prepared, header.Origins).ConfigureAwait(false);
        logger.BackupRestored(header.Id, header.SavedAt, prepared.Count);

        // What there is to tell may have shown only when it was put in place.
        return report with { Sections = [.. report.Sections.Select(section => prepared.Find(one => one.Name == section.Name) is { } state ? section with { Notes = [.. state.Notes] } : section)] };

        async ValueTask PrepareAsync(SectionHeader section, SectionReadStream stream)
        {
            try
            {
                prepared.Add(await participants.PrepareAsync(section.Name, new StateSectionInfo(section.SchemaVersion, header.SavedAt), stream, header.SiraVersion, cancellationToken).ConfigureAwait(false));
            }
            catch (StateBackupException) when (reader.Damage is { } damage)
            {
                // What a damaged backup made of a part is the damage, not the part.
                throw damage;
            }
            finally
            {
                stream.End();
            }
        }
    }

    private async Task<BackupReport> ReadSectionsAsync(BackupReader reader, BackupHeader header, Func<SectionHeader, SectionReadStream, ValueTask> read, CancellationToken cancellationToken)
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
            if (participants.Names.Contains(section.Name))
            {
                await read(section, stream).ConfigureAwait(false);
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
            Missing = [.. participants.Names.Except(sections.Select(static section => section.Name))],
        };
    }

    private Turn Enter() => Interlocked.Exchange(ref isBusy, 1) == 0
        ? new Turn(this)
        : throw new InvalidOperationException("Another backup or restore runs. Wait for its end.");

    private sealed class Turn(StateBackup owner) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref owner.isBusy, 0);
    }
}
