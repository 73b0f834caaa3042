using Sira.Kernel.Configuration;
using Sira.Storage.Keys;

namespace Sira.Storage.Transfer;

/// <summary>Reads what <see cref="StorageExport"/> wrote into an engine, whichever it is.</summary>
public static class StorageImport
{
    /// <summary>Imports values and streams.</summary>
    /// <remarks>
    /// <para>An export that can be read twice (<see cref="Stream.CanSeek"/>) is checked to its end, and against what is there, before anything is written; another one is checked record by record as it is written.</para>
    /// <para>What throws, or is cancelled, may have left values and whole streams behind, but no part of a stream, unless the engine failed; import again with <see cref="ExistingContent.Overwrite"/>.</para>
    /// <para>The versions of streams are kept, also of trimmed ones. Tags, positions and times of events are new. The time that a value has left begins with its import.</para>
    /// </remarks>
    /// <param name="engine">The engine.</param>
    /// <param name="input">The export, from where the stream stands. Not closed.</param>
    /// <param name="options">How; <see langword="null"/> means the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What was imported. Only when this is returned all of it was.</returns>
    /// <exception cref="TransferException">The export is damaged, cut off or of a newer version, or there is something where it goes.</exception>
    /// <exception cref="Errors.StorageException">Something went wrong with the engine.</exception>
    /// <exception cref="NotSupportedException">The engine cannot keep what is in the export.</exception>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public static async Task<TransferReport> ReadAsync(IStorageEngine engine, Stream input, ImportOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(input);
        options ??= new ImportOptions();
        var errors = new ConfigurationErrors();
        options.Validate(nameof(ImportOptions), errors);
        errors.ThrowIfAny();

        if (input.CanSeek)
        {
            var start = input.Position;
            await WalkAsync(engine, input, options, isWriting: false, cancellationToken).ConfigureAwait(false);
            input.Position = start;
        }

        return await WalkAsync(engine, input, options, isWriting: true, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<TransferReport> WalkAsync(IStorageEngine engine, Stream input, ImportOptions options, bool isWriting, CancellationToken cancellationToken)
    {
        var reader = new TransferReader(input, (int)Math.Min(Array.MaxLength, (long)engine.Capabilities.MaximumValueLength + TransferFormat.MaximumOverhead));
        await reader.BeginAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (reader.Kind != TransferRecord.Header)
        {
            throw reader.Damaged("no header");
        }

        if (reader.Number() is var version && version != TransferFormat.Version)
        {
            throw new TransferException($"The export has version {version} of the format, and this version of Sira reads {TransferFormat.Version}. Import it with the version of Sira that wrote it, or a newer one.");
        }

        var target = new ImportTarget(engine, options, isWriting);
        try
        {
            for (StorePartition? partition = null; ;)
            {
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                switch (reader.Kind)
                {
                    case TransferRecord.Partition:
                        await target.EndPartitionAsync(reader, cancellationToken).ConfigureAwait(false);
                        var @namespace = reader.Text();
                        partition = new StorePartition(@namespace, reader.Number() == 0 ? null : reader.Text());
                        await target.BeginPartitionAsync(partition.Value, cancellationToken).ConfigureAwait(false);
                        break;
                    case TransferRecord.Trailer:
                        await target.EndPartitionAsync(reader, cancellationToken).ConfigureAwait(false);
                        return await EndAsync(reader, target.Report, cancellationToken).ConfigureAwait(false);
                    case TransferRecord.Value or TransferRecord.Stream or TransferRecord.Event or TransferRecord.StreamEnd when partition is not null:
                        await target.TakeAsync(reader, cancellationToken).ConfigureAwait(false);
                        break;
                    default:
                        throw reader.Damaged($"a record of the kind {(byte)reader.Kind} that does not belong there");
                }
            }
        }
        catch
        {
            await target.ForgetOpenStreamAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async ValueTask<TransferReport> EndAsync(TransferReader reader, TransferReport report, CancellationToken cancellationToken)
    {
        var counted = new TransferReport { Partitions = reader.Number(), Values = reader.Number(), Streams = reader.Number(), Events = reader.Number(), Bytes = reader.Number() };
        await reader.EndAsync(cancellationToken).ConfigureAwait(false);
        return report with { Skipped = 0 } == counted ? report : throw reader.Damaged("a trailer that counts otherwise");
    }
}
