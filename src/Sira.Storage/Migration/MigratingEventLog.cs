using Sira.Storage.Capabilities;
using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Storage.Migration;

/// <summary>The logs of an engine of which a namespace is being migrated.</summary>
internal sealed class MigratingEventLog(MigrationCore core, MigrationOperations operations, StorageCapabilities capabilities) : IEventLog
{
    public ValueTask<AppendResult> AppendAsync(StoreKey stream, ExpectedVersion expected, IReadOnlyList<EventData> events, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(stream, events, capabilities);
        StorageArguments.Check(options.Durability, capabilities);
        return stream.Namespace != core.Namespace ? core.Source.Events!.AppendAsync(stream, expected, events, options, cancellationToken)
            : operations.WriteAsync(
                [stream],
                (stream, expected, events: Keep(events, cancellationToken), options),
                static (engine, _, append, cancellation) => engine.Events!.AppendAsync(append.stream, append.expected, append.events, append.options, cancellation),
                static (mirror, append, result, _) => result.IsDone ? mirror.AppendAsync(append.stream, append.events, result.Version) : Task.CompletedTask,
                static result => result,
                cancellationToken);
    }

    public ValueTask<EventPage> ReadAsync(StoreKey stream, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(stream, capabilities);
        StorageArguments.CheckRead(after, maximum);
        return stream.Namespace != core.Namespace ? core.Source.Events!.ReadAsync(stream, after, maximum, cancellationToken)
            : operations.ReadAsync((stream, after, maximum), static (engine, read, cancellation) => engine.Events!.ReadAsync(read.stream, read.after, read.maximum, cancellation), static page => page, cancellationToken);
    }

    public ValueTask<EventPage> ReadAllAsync(string @namespace, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default)
    {
        StorageArguments.CheckNamespace(@namespace);
        StorageArguments.CheckRead(after, maximum);
        StorageArguments.Require(StorageFeatures.GlobalOrder, capabilities);
        return @namespace != core.Namespace ? core.Source.Events!.ReadAllAsync(@namespace, after, maximum, cancellationToken)
            : operations.ReadAsync((@namespace, after, maximum), static (engine, read, cancellation) => engine.Events!.ReadAllAsync(read.@namespace, read.after, read.maximum, cancellation), static page => page, cancellationToken);
    }

    public ValueTask<long> GetVersionAsync(StoreKey stream, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(stream, capabilities);
        return stream.Namespace != core.Namespace ? core.Source.Events!.GetVersionAsync(stream, cancellationToken)
            : operations.ReadAsync(stream, static (engine, stream, cancellation) => engine.Events!.GetVersionAsync(stream, cancellation), static version => version, cancellationToken);
    }

    public ValueTask<long> TrimAsync(StoreKey stream, long upTo, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(stream, capabilities);
        ArgumentOutOfRangeException.ThrowIfNegative(upTo);
        return stream.Namespace != core.Namespace ? core.Source.Events!.TrimAsync(stream, upTo, cancellationToken)
            : operations.WriteAsync(
                [stream],
                (stream, upTo),
                static (engine, _, trim, cancellation) => engine.Events!.TrimAsync(trim.stream, trim.upTo, cancellation),
                static (mirror, trim, count, _) => count > 0 ? mirror.TrimAsync(trim.stream, trim.upTo) : Task.CompletedTask,
                static count => count,
                cancellationToken);
    }

    public ValueTask<bool> DeleteAsync(StoreKey stream, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(stream, capabilities);
        return stream.Namespace != core.Namespace ? core.Source.Events!.DeleteAsync(stream, cancellationToken)
            : operations.WriteAsync(
                [stream],
                stream,
                static (engine, _, stream, cancellation) => engine.Events!.DeleteAsync(stream, cancellation),
                static (mirror, stream, isDone, _) => isDone ? mirror.DeleteStreamAsync(stream) : Task.CompletedTask,
                static isDone => isDone,
                cancellationToken);
    }

    public ValueTask<StreamPage> ListAsync(StoreScan scan, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(scan, capabilities);
        return scan.Partition.Namespace != core.Namespace ? core.Source.Events!.ListAsync(scan, cancellationToken)
            : operations.ReadAsync(scan, static (engine, scan, cancellation) => engine.Events!.ListAsync(scan, cancellation), static page => page, cancellationToken);
    }

    internal static IReadOnlyList<EventData> Keep(IReadOnlyList<EventData> events, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled ? [.. events.Select(item => item with { Data = item.Data.ToArray() })] : events;
}
