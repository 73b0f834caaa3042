using System.Runtime.CompilerServices;
using Sira.Storage;
using Sira.Storage.Capabilities;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Session.Tests.Support;

/// <summary>An engine whose n-th call goes wrong, and which counts its calls.</summary>
internal sealed class FaultyEngine : IStorageEngine, IStore, IEventLog
{
    private readonly IStorageEngine inner;
    private int calls;

    public FaultyEngine(IStorageEngine inner) => this.inner = inner;

    /// <summary>Which call goes wrong, from 1 on; 0 for none.</summary>
    public int At { get; set; }

    public Fault Fault { get; set; }

    /// <summary>Whether every call from then on goes wrong too, as after a crash.</summary>
    public bool ForGood { get; set; }

    public int Calls => calls;

    /// <summary>Whether the call that was to go wrong came.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>What happens just before the call <see cref="At"/>, as if another process were that quick.</summary>
    public Func<Task>? Interlude { get; set; }

    /// <summary>What was called, in order.</summary>
    public List<string> Trace { get; } = [];

    public string Name => inner.Name;

    public StorageCapabilities Capabilities => inner.Capabilities;

    public IStore Store => this;

    public IEventLog Events => this;

    public IChangeFeed? Changes => Feed ?? inner.Changes;

    /// <summary>The change feed instead of the engine's own.</summary>
    public IChangeFeed? Feed { get; set; }

    /// <summary>Ends when a call hangs.</summary>
    public TaskCompletionSource Hanging { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Arm(int at, Fault fault, bool forGood = false)
    {
        lock (Trace)
        {
            (calls, At, Fault, ForGood) = (0, at, fault, forGood);
            HasFailed &= at == 0;
            Trace.Clear();
        }
    }

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => inner.OpenAsync(cancellationToken);

    public IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default) => inner.ListPartitionsAsync(@namespace, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default) => RunAsync(() => inner.Store.GetAsync(key, cancellationToken), cancellationToken);

    /// <summary>What was asked of the values written one by one and in batches, in order.</summary>
    public List<StorageDurability?> Asked { get; } = [];

    public ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default) => RunAsync(options.Durability, () => inner.Store.PutAsync(key, value, options, cancellationToken), cancellationToken);

    public ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default) => RunAsync(() => inner.Store.DeleteAsync(key, options, cancellationToken), cancellationToken);

    public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default) => RunAsync(() => inner.Store.ScanAsync(scan, cancellationToken), cancellationToken);

    public ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default) => RunAsync(batch.Durability, () => inner.Store.WriteAsync(batch, cancellationToken), cancellationToken);

    public ValueTask<AppendResult> AppendAsync(StoreKey stream, ExpectedVersion expected, IReadOnlyList<EventData> events, AppendOptions options = default, CancellationToken cancellationToken = default) => RunAsync(() => inner.Events!.AppendAsync(stream, expected, events, options, cancellationToken), cancellationToken);

    public ValueTask<EventPage> ReadAsync(StoreKey stream, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default) => RunAsync(() => inner.Events!.ReadAsync(stream, after, maximum, cancellationToken), cancellationToken);

    public ValueTask<EventPage> ReadAllAsync(string @namespace, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default) => RunAsync(() => inner.Events!.ReadAllAsync(@namespace, after, maximum, cancellationToken), cancellationToken);

    public ValueTask<long> GetVersionAsync(StoreKey stream, CancellationToken cancellationToken = default) => RunAsync(() => inner.Events!.GetVersionAsync(stream, cancellationToken), cancellationToken);

    public ValueTask<long> TrimAsync(StoreKey stream, long upTo, CancellationToken cancellationToken = default) => RunAsync(() => inner.Events!.TrimAsync(stream, upTo, cancellationToken), cancellationToken);

    public ValueTask<bool> DeleteAsync(StoreKey stream, CancellationToken cancellationToken = default) => RunAsync(() => inner.Events!.DeleteAsync(stream, cancellationToken), cancellationToken);

    public ValueTask<StreamPage> ListAsync(StoreScan scan, CancellationToken cancellationToken = default) => RunAsync(() => inner.Events!.ListAsync(scan, cancellationToken), cancellationToken);

    private ValueTask<T> RunAsync<T>(StorageDurability? durability, Func<ValueTask<T>> call, CancellationToken cancellationToken, [CallerMemberName] string name = "")
    {
        lock (Trace)
        {
            Asked.Add(durability);
        }

        return RunAsync(call, cancellationToken, name);
    }

    private async ValueTask<T> RunAsync<T>(Func<ValueTask<T>> call, CancellationToken cancellationToken, [CallerMemberName] string name = "")
    {
        Fault fault;
        lock (Trace)
        {
            calls++;
            Trace.Add(name);
            fault = calls == At || (ForGood && At > 0 && calls > At) ? Fault : Fault.None;
            if (ForGood && calls > At && fault is Fault.FailAfter or Fault.CancelAfter)
            {
                // A process that has crashed does nothing more.
                fault = Fault.FailBefore;
            }
        }

        HasFailed |= fault is not Fault.None;
        if (Interlude is { } interlude && calls == At)
        {
            Interlude = null;
            await interlude();
        }

        switch (fault)
        {
            case Fault.FailBefore:
                throw new StorageException(StorageErrorKind.Unavailable, Name, "The engine went away.");
            case Fault.FailAfter:
                await call();
                throw new StorageException(StorageErrorKind.Timeout, Name, "The engine did not answer.") { IsUncertain = true };
            case Fault.CancelBefore:
                throw new OperationCanceledException();
            case Fault.CancelAfter:
                await call();
                throw new OperationCanceledException();
            case Fault.Hang:
                Hanging.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
                throw new InvalidOperationException("Not reached.");
            default:
                return await call();
        }
    }
}
