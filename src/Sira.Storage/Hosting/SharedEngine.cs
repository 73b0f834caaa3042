using Sira.Storage.Capabilities;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Keys;

namespace Sira.Storage.Hosting;

/// <summary>An engine as those see it who do not own it: closing it closes nothing.</summary>
internal class SharedEngine(IStorageEngine engine, string name, IReadOnlyList<DataKeys> keys) : IStorageEngine, IDisposable
{
    public string Name { get; } = name;

    public StorageCapabilities Capabilities => engine.Capabilities;

    public IStore Store => engine.Store;

    public IEventLog? Events => engine.Events;

    public IChangeFeed? Changes => engine.Changes;

    /// <summary>Gets the keys that the engine's values are encrypted with, the large ones' too; none where they are not.</summary>
    public IReadOnlyList<DataKeys> Keys { get; } = keys;

    /// <summary>Shares an engine.</summary>
    /// <param name="engine">What is shared.</param>
    /// <param name="plain">The engine below all others, which copies itself.</param>
    /// <param name="name">The name.</param>
    /// <param name="keys">The keys of its codecs.</param>
    public static SharedEngine Of(IStorageEngine engine, IStorageEngine plain, string name, IReadOnlyList<DataKeys> keys) =>
        plain is IBackupEngine backup ? new SharedBackupEngine(engine, backup, name, keys) : new SharedEngine(engine, name, keys);

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => engine.OpenAsync(cancellationToken);

    public IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default) => engine.ListPartitionsAsync(@namespace, cancellationToken);

    /// <summary>Closes the engine itself. For its owner.</summary>
    public ValueTask CloseAsync() => engine.DisposeAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Dispose()
    {
    }
}
