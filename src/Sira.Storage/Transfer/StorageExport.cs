using Sira.Kernel.Configuration;
using Sira.Storage.Keys;

namespace Sira.Storage.Transfer;

/// <summary>Writes what an engine keeps into a stream, in a format that every engine reads: see <see cref="StorageImport"/>.</summary>
public static class StorageExport
{
    private const int PageSize = 100;

    /// <summary>Exports values, with the time that they have left, and streams, with their versions.</summary>
    /// <remarks>Not of one instant: what is written meanwhile may be in it or not; each value and each event is whole. To have one of one instant, stop the writers or export a restored backup.</remarks>
    /// <param name="engine">The engine.</param>
    /// <param name="output">Where to. Flushed at the end, not closed. Without its trailer, as when this was cancelled or has thrown, what was written is refused by the import.</param>
    /// <param name="namespace">Which namespace; <see langword="null"/> for all.</param>
    /// <param name="time">The clock; <see langword="null"/> means the system's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What was exported.</returns>
    /// <exception cref="Errors.StorageException">Something went wrong with the engine.</exception>
    /// <exception cref="NotSupportedException">The engine cannot scan.</exception>
    /// <exception cref="TransferException">There is nothing in the namespace: most often its name is misspelt. Nothing was written.</exception>
    public static async Task<TransferReport> WriteAsync(IStorageEngine engine, Stream output, string? @namespace = null, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(output);
        StorageArguments.Require(Capabilities.StorageFeatures.Scan, engine.Capabilities);
        time ??= TimeProvider.System;
        if (@namespace is not null)
        {
            await RequireAsync(engine, @namespace, cancellationToken).ConfigureAwait(false);
        }

        var writer = new TransferWriter(output);
        await writer.BeginAsync(cancellationToken).ConfigureAwait(false);
        await writer.Begin(TransferRecord.Header).Number(TransferFormat.Version).Number(time.GetUtcNow().ToUnixTimeMilliseconds()).Text(engine.Name).EndAsync(cancellationToken).ConfigureAwait(false);

        var report = new TransferReport();
        await foreach (var partition in engine.ListPartitionsAsync(@namespace, cancellationToken).ConfigureAwait(false))
        {
            report = report with { Partitions = report.Partitions + 1 };
            await writer.Begin(TransferRecord.Partition).Text(partition.Namespace).Number(partition.Tenant is null ? 0 : 1).Text(partition.Tenant ?? string.Empty).EndAsync(cancellationToken).ConfigureAwait(false);
            report = await WriteValuesAsync(engine.Store, partition, writer, report, time, cancellationToken).ConfigureAwait(false);
            if (engine.Events is { } log)
            {
                report = await WriteStreamsAsync(log, partition, writer, report, cancellationToken).ConfigureAwait(false);
            }
        }

        await writer.Begin(TransferRecord.Trailer).Number(report.Partitions).Number(report.Values).Number(report.Streams).Number(report.Events).Number(report.Bytes).Chain().EndAsync(cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        return report;
    }

    private static async ValueTask RequireAsync(IStorageEngine engine, string @namespace, CancellationToken cancellationToken)
    {
        await foreach (var _ in engine.ListPartitionsAsync(@namespace, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var known = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var partition in engine.ListPartitionsAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            known.Add(partition.Namespace);
        }

        throw new TransferException($"The engine '{engine.Name}' has nothing in the namespace '{@namespace}'. {(known.Count == 0 ? "It has nothing at all." : UnknownName.Suggest("namespace", @namespace, known))}");
    }

    private static async Task<TransferReport> WriteValuesAsync(IStore store, StorePartition partition, TransferWriter writer, TransferReport report, TimeProvider time, CancellationToken cancellationToken)
    {
        var (values, bytes) = (report.Values, report.Bytes);
        for (string? after = null; ;)
        {
            var page = await store.ScanAsync(new StoreScan(partition) { After = after, PageSize = PageSize }, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                var left = item.Entry.ExpiresAt is { } at ? (long)Math.Ceiling((at - time.GetUtcNow()).TotalMilliseconds) : 0;
                if (item.Entry.ExpiresAt is not null && left <= 0)
                {
                    // It has gone since the page was read.
                    continue;
                }

                await writer.Begin(TransferRecord.Value).Text(item.Name).Number(left).Bytes(item.Entry.Value.Span).EndAsync(cancellationToken).ConfigureAwait(false);
                (values, bytes) = (values + 1, bytes + item.Entry.Value.Length);
            }

            if ((after = page.Next) is null)
            {
                return report with { Values = values, Bytes = bytes };
            }
        }
    }

    private static async Task<TransferReport> WriteStreamsAsync(IEventLog log, StorePartition partition, TransferWriter writer, TransferReport report, CancellationToken cancellationToken)
    {
        for (string? after = null; ;)
        {
            var page = await log.ListAsync(new StoreScan(partition) { After = after, PageSize = PageSize }, cancellationToken).ConfigureAwait(false);
            foreach (var stream in page.Streams)
            {
                report = await WriteStreamAsync(log, partition.Key(stream.Name), writer, report, cancellationToken).ConfigureAwait(false);
            }

            if ((after = page.Next) is null)
            {
                return report;
            }
        }
    }

    private static async Task<TransferReport> WriteStreamAsync(IEventLog log, StoreKey stream, TransferWriter writer, TransferReport report, CancellationToken cancellationToken)
    {
        await writer.Begin(TransferRecord.Stream).Text(stream.Name).EndAsync(cancellationToken).ConfigureAwait(false);
        var (events, bytes, version) = (report.Events, report.Bytes, 0L);
        for (var isEnd = false; !isEnd;)
        {
            var page = await log.ReadAsync(stream, version, PageSize, cancellationToken).ConfigureAwait(false);
            foreach (var stored in page.Events)
            {
                await writer.Begin(TransferRecord.Event).Number(stored.Version).Text(stored.Type).Bytes(stored.Data.Span).EndAsync(cancellationToken).ConfigureAwait(false);
                (events, bytes, version) = (events + 1, bytes + stored.Data.Length, stored.Version);
            }

            isEnd = page.IsEnd || page.Events.Count == 0;
        }

        // Of a stream that was trimmed to its end only the version is left.
        version = version == 0 ? await log.GetVersionAsync(stream, cancellationToken).ConfigureAwait(false) : version;
        await writer.Begin(TransferRecord.StreamEnd).Number(version).EndAsync(cancellationToken).ConfigureAwait(false);
        return report with { Streams = report.Streams + 1, Events = events, Bytes = bytes };
    }
}
