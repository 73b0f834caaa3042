using Sira.Storage.Capabilities;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Migration.Copying;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Transfer;

/// <summary>Writes what an import reads, or only counts and checks it.</summary>
internal sealed class ImportTarget(IStorageEngine engine, ImportOptions options, bool isWriting)
{
    private const int MaximumPending = 100;
    private const int MaximumPendingBytes = 1 << 20;

    private readonly List<(StoreKey Key, byte[] Value, TimeSpan? TimeToLive)> pending = [];
    private readonly HashSet<StoreKey> names = [];
    private StorePartition partition;
    private ImportedStream? stream;
    private int pendingBytes;

    public TransferReport Report { get; private set; } = new();

    public async ValueTask BeginPartitionAsync(StorePartition next, CancellationToken cancellationToken)
    {
        try
        {
            StorageArguments.Check(next);
        }
        catch (ArgumentException exception)
        {
            throw new TransferException($"The export has a partition that is none: {exception.Message}", exception);
        }

        (partition, Report) = (next, Report with { Partitions = Report.Partitions + 1 });
        if (options.Existing == ExistingContent.Fail && !await NamespaceEraser.IsEmptyAsync(engine, next, cancellationToken).ConfigureAwait(false))
        {
            throw new TransferException($"There is something in {next} of '{engine.Name}' already. Delete it, or set {nameof(ImportOptions)}.{nameof(ImportOptions.Existing)} to {nameof(ExistingContent.Overwrite)} or {nameof(ExistingContent.Skip)}.");
        }
    }

    public async ValueTask EndPartitionAsync(TransferReader reader, CancellationToken cancellationToken)
    {
        if (stream is not null)
        {
            throw reader.Damaged("a stream without an end");
        }

        await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes a value, or a part of a stream.</summary>
    public async ValueTask TakeAsync(TransferReader reader, CancellationToken cancellationToken)
    {
        switch (reader.Kind)
        {
            case TransferRecord.Value when stream is null:
                await TakeValueAsync(reader, cancellationToken).ConfigureAwait(false);
                break;
            case TransferRecord.Stream when stream is null:
                if (isWriting && engine.Events is null)
                {
                    StorageArguments.Require(StorageFeatures.EventLog, engine.Capabilities);
                }

                stream = new ImportedStream(engine, partition.Key(reader.Text()), options, isWriting);
                await stream.BeginAsync(cancellationToken).ConfigureAwait(false);
                Report = Report with { Streams = Report.Streams + 1, Skipped = Report.Skipped + (stream.IsSkipped ? 1 : 0) };
                break;
            case TransferRecord.Event when stream is not null:
                var bytes = await stream.TakeAsync(reader, cancellationToken).ConfigureAwait(false);
                Report = Report with { Events = Report.Events + 1, Bytes = Report.Bytes + bytes };
                break;
            case TransferRecord.StreamEnd when stream is not null:
                await stream.EndAsync(reader, cancellationToken).ConfigureAwait(false);
                stream = null;
                break;
            default:
                throw reader.Damaged($"a record of the kind {(byte)reader.Kind} that does not belong there");
        }
    }

    /// <summary>Deletes the stream that was being written, so that none is left that looks whole and is not.</summary>
    public async ValueTask ForgetOpenStreamAsync()
    {
        try
        {
            if (stream is { } open)
            {
                await open.ForgetAsync().ConfigureAwait(false);
            }
        }
        catch (StorageException)
        {
            // The engine has failed already, and that is what the caller is told.
        }
    }

    private async ValueTask TakeValueAsync(TransferReader reader, CancellationToken cancellationToken)
    {
        var (name, left) = (reader.Text(), reader.Number());
        var value = reader.Rest;
        Report = Report with { Values = Report.Values + 1, Bytes = Report.Bytes + value.Length };
        if (!isWriting)
        {
            return;
        }

        var (key, timeToLive) = (partition.Key(name), left == 0 ? (TimeSpan?)null : TimeSpan.FromMilliseconds(Math.Min(left, TimeSpan.FromDays(36_525).TotalMilliseconds)));
        if (options.Existing == ExistingContent.Skip)
        {
            var result = await engine.Store.PutAsync(key, value, new PutOptions(WriteCondition.Absent, timeToLive), cancellationToken).ConfigureAwait(false);
            Report = Report with { Skipped = Report.Skipped + (result.IsDone ? 0 : 1) };
            if (result.IsDone)
            {
                await VerifyAsync(key, value, timeToLive, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        if (!names.Add(key))
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
            names.Add(key);
        }

        pending.Add((key, value.ToArray(), timeToLive));
        if (pending.Count >= Math.Min(MaximumPending, engine.Capabilities.MaximumBatchLength) || (pendingBytes += value.Length) >= MaximumPendingBytes)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (pending.Count > 0 && engine.Capabilities.Has(StorageFeatures.AtomicBatch))
        {
            var batch = new StoreBatch();
            foreach (var (key, value, timeToLive) in pending)
            {
                batch.Put(key, value, timeToLive: timeToLive);
            }

            await engine.Store.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            foreach (var (key, value, timeToLive) in pending)
            {
                await engine.Store.PutAsync(key, value, new PutOptions { TimeToLive = timeToLive }, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var (key, value, timeToLive) in pending)
        {
            await VerifyAsync(key, value, timeToLive, cancellationToken).ConfigureAwait(false);
        }

        pending.Clear();
        names.Clear();
        pendingBytes = 0;
    }

    private async ValueTask VerifyAsync(StoreKey key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken)
    {
        if (!options.Verify)
        {
            return;
        }

        StoreEntry? entry = await engine.Store.GetAsync(key, cancellationToken).ConfigureAwait(false);

        // One that goes by itself may have gone.
        if (entry is { } found ? !found.Value.Span.SequenceEqual(value.Span) : timeToLive is null)
        {
            throw new TransferException($"'{key}' was written to '{engine.Name}' and reads otherwise. Look who else writes there.");
        }
    }
}
