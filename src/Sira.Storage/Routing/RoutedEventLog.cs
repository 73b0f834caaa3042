using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Storage.Routing;

/// <summary>The logs of several engines.</summary>
internal sealed class RoutedEventLog(StorageRoutes routes) : IEventLog
{
    public ValueTask<AppendResult> AppendAsync(StoreKey stream, ExpectedVersion expected, IReadOnlyList<EventData> events, AppendOptions options = default, CancellationToken cancellationToken = default) =>
        Of(stream.Partition).AppendAsync(stream, expected, events, options, cancellationToken);

    public ValueTask<EventPage> ReadAsync(StoreKey stream, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default) =>
        Of(stream.Partition).ReadAsync(stream, after, maximum, cancellationToken);

    public ValueTask<EventPage> ReadAllAsync(string @namespace, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default)
    {
        var engines = routes.Of(@namespace);
        if (engines.Count > 1)
        {
            throw new NotSupportedException($"The events of '{@namespace}' have no one order: {string.Join(" and ", engines.Select(static engine => $"'{engine.Name}'"))} keep them, by tenant. Read the streams, or let one engine keep the namespace.");
        }

        return Of(engines[0], @namespace).ReadAllAsync(@namespace, after, maximum, cancellationToken);
    }

    public ValueTask<long> GetVersionAsync(StoreKey stream, CancellationToken cancellationToken = default) => Of(stream.Partition).GetVersionAsync(stream, cancellationToken);

    public ValueTask<long> TrimAsync(StoreKey stream, long upTo, CancellationToken cancellationToken = default) => Of(stream.Partition).TrimAsync(stream, upTo, cancellationToken);

    public ValueTask<bool> DeleteAsync(StoreKey stream, CancellationToken cancellationToken = default) => Of(stream.Partition).DeleteAsync(stream, cancellationToken);

    public ValueTask<StreamPage> ListAsync(StoreScan scan, CancellationToken cancellationToken = default) => Of(scan.Partition).ListAsync(scan, cancellationToken);

    private static IEventLog Of(IStorageEngine engine, string what) => engine.Events ?? throw new NotSupportedException($"The engine '{engine.Name}', which keeps '{what}', has no logs of events. Let another keep it.");

    private IEventLog Of(in StorePartition partition) => Of(routes.Of(partition), partition.Namespace);
}
