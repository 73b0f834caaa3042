using System.Runtime.CompilerServices;
using Sira.Simulation.Time;
using Sira.Storage.Capabilities;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;

namespace Sira.Storage.Tests.Monitoring;

/// <summary>An engine that takes a second for each partition that it lists, and fails at the third.</summary>
internal sealed class ListingEngine(VirtualTimeProvider clock) : IStorageEngine
{
    private readonly MemoryEngine inner = new(time: clock);

    public string Name => "listing";

    public StorageCapabilities Capabilities => inner.Capabilities;

    public IStore Store => inner.Store;

    public IEventLog? Events => inner.Events;

    public IChangeFeed? Changes => inner.Changes;

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => inner.OpenAsync(cancellationToken);

    public async IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        for (var i = 0; i < 2; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            yield return new StorePartition("notes", $"{i}");
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        throw new StorageException(StorageErrorKind.Unavailable, Name, "The server has gone away.");
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
