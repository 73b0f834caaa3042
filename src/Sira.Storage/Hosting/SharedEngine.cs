using Sira.Storage.Capabilities;
using Sira.Storage.Keys;

namespace Sira.Storage.Hosting;

/// <summary>An engine as those see it who do not own it: closing it closes nothing.</summary>
internal class SharedEngine(IStorageEngine engine, string name) : IStorageEngine, IDisposable
{
    public string Name { get; } = name;

    public StorageCapabilities Capabilities => engine.Capabilities;

    public IStore Store => engine.Store;

    public IEventLog? Events => engine.Events;

    public IChangeFeed? Changes => engine.Changes;

    protected IStorageEngine Engine => engine;

    public static SharedEngine Of(IStorageEngine engine, string name) => engine is IBackupEngine backup ? new SharedBackupEngine(backup, name) : new SharedEngine(engine, name);

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => engine.OpenAsync(cancellationToken);

    public IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default) => engine.ListPartitionsAsync(@namespace, cancellationToken);

    /// <summary>Closes the engine itself. For its owner.</summary>
    public ValueTask CloseAsync() => engine.DisposeAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Dispose()
    {
    }
}
