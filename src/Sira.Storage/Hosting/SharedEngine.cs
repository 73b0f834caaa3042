using Sira.Storage.Capabilities;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Keys;
using Sira.Storage.Layers;

namespace Sira.Storage.Hosting;

/// <summary>An engine as those see it who do not own it: closing it closes nothing.</summary>
internal class SharedEngine(IStorageEngine engine, string name, IReadOnlyList<DataKeys> keys) : IStorageEngine, IDisposable
{
    public string Name { get; } = name;

    public StorageCapabilities Capabilities => engine.Capabilities;

    public IStore Store => engine.Store;

    public IEventLog? Events => engine.Events;

    public IChangeFeed? Changes => engine.Changes;

    /// <summary>Shares an engine.</summary>
    /// <param name="engine">What is shared.</param>
    /// <param name="plain">The engine below all others, which copies itself.</param>
    /// <param name="name">The name.</param>
    /// <param name="keys">The keys of its codecs; none where values are not encrypted.</param>
    public static SharedEngine Of(IStorageEngine engine, IStorageEngine plain, string name, IReadOnlyList<DataKeys> keys) =>
        plain is IBackupEngine backup ? new SharedBackupEngine(engine, backup, name, keys) : new SharedEngine(engine, name, keys);

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => engine.OpenAsync(cancellationToken);

    public IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default) => engine.ListPartitionsAsync(@namespace, cancellationToken);

    /// <summary>Destroys the data keys of a subject, those of large values too, and forgets what a cache has of its tenant.</summary>
    public async ValueTask EraseAsync(KeySubject subject, CancellationToken cancellationToken)
    {
        foreach (var own in keys)
        {
            await own.EraseAsync(subject, cancellationToken).ConfigureAwait(false);
        }

        (engine as LayeredEngine)?.Forget(subject.Tenant);
    }

    /// <summary>Closes the engine itself. For its owner.</summary>
    public ValueTask CloseAsync() => engine.DisposeAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Dispose()
    {
    }
}
