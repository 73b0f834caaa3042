using System.Runtime.CompilerServices;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.LargeValues;

namespace Sira.Storage.Routing;

/// <summary>Several engines as one: each call goes to the one that keeps the partition. What it declares is what all of them have.</summary>
internal sealed class RoutedEngine : IStorageEngine
{
    private readonly StorageRoutes routes;
    private readonly IReadOnlyList<IStorageEngine> engines;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="routes">Which engine keeps what.</param>
    /// <param name="engines">Those that may be asked; more than one.</param>
    public RoutedEngine(StorageRoutes routes, IReadOnlyList<IStorageEngine> engines)
    {
        (this.routes, this.engines) = (routes, engines);
        Capabilities = Common(engines);
        Store = new RoutedStore(routes);
        Events = Capabilities.Has(StorageFeatures.EventLog) ? new RoutedEventLog(routes) : null;
        Changes = Capabilities.Has(StorageFeatures.ChangeFeed) ? new RoutedChangeFeed(routes) : null;
    }

    public string Name => "router";

    public StorageCapabilities Capabilities { get; }

    public IStore Store { get; }

    public IEventLog? Events { get; }

    public IChangeFeed? Changes { get; }

    public async ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        foreach (var engine in engines)
        {
            await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var engine in engines)
        {
            await foreach (var partition in engine.ListPartitionsAsync(@namespace, cancellationToken).ConfigureAwait(false))
            {
                // What another engine keeps now is left over from before the rules were changed, and large values are part of those that they stand for.
                if (ReferenceEquals(routes.Of(partition), engine) && !LargeValueAddress.IsOwn(partition.Namespace))
                {
                    yield return partition;
                }
            }
        }
    }

    // The engines have an owner, who closes them.
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static StorageCapabilities Common(IReadOnlyList<IStorageEngine> engines)
    {
        var all = engines.Select(static engine => engine.Capabilities).ToArray();
        var features = all.Aggregate((StorageFeatures)(-1), static (common, one) => common & one.Features);
        return new StorageCapabilities
        {
            // Each has an order of its own.
            Features = all.Length == 0 ? StorageFeatures.None : features & (all.Length > 1 ? ~StorageFeatures.GlobalOrder : (StorageFeatures)(-1)),
            MaximumDurability = all.Select(static one => one.MaximumDurability).DefaultIfEmpty().Min(),
            DefaultDurability = all.Select(static one => one.DefaultDurability).DefaultIfEmpty().Min(),
            Latency = all.Select(static one => one.Latency).DefaultIfEmpty().Max(),
            MaximumNameLength = all.Select(static one => one.MaximumNameLength).DefaultIfEmpty().Min(),
            MaximumValueLength = all.Select(static one => one.MaximumValueLength).DefaultIfEmpty().Min(),
            MaximumBatchLength = all.Select(static one => one.MaximumBatchLength).DefaultIfEmpty().Min(),
        };
    }
}
