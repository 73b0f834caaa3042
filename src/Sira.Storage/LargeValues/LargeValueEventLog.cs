using Sira.Storage.Capabilities;
using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Storage.LargeValues;

/// <summary>The logs of the main engine, where all events stay. Checks what the two engines together declare.</summary>
internal sealed class LargeValueEventLog(IEventLog inner, StorageCapabilities capabilities) : IEventLog
{
    public ValueTask<AppendResult> AppendAsync(StoreKey stream, ExpectedVersion expected, IReadOnlyList<EventData> events, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(stream, events, capabilities);
        StorageArguments.Check(options.Durability, capabilities);
        return inner.AppendAsync(stream, expected, events, options, cancellationToken);
    }

    public ValueTask<EventPage> ReadAsync(StoreKey stream, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default) => inner.ReadAsync(stream, after, maximum, cancellationToken);

    public ValueTask<EventPage> ReadAllAsync(string @namespace, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default) => inner.ReadAllAsync(@namespace, after, maximum, cancellationToken);

    public ValueTask<long> GetVersionAsync(StoreKey stream, CancellationToken cancellationToken = default) => inner.GetVersionAsync(stream, cancellationToken);

    public ValueTask<long> TrimAsync(StoreKey stream, long upTo, CancellationToken cancellationToken = default) => inner.TrimAsync(stream, upTo, cancellationToken);

    public ValueTask<bool> DeleteAsync(StoreKey stream, CancellationToken cancellationToken = default) => inner.DeleteAsync(stream, cancellationToken);

    public ValueTask<StreamPage> ListAsync(StoreScan scan, CancellationToken cancellationToken = default) => inner.ListAsync(scan, cancellationToken);
}
