using Sira.Kernel.Time;
using Sira.Storage.Capabilities;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;
using Sira.Testing.Messaging;

namespace Sira.Storage.Tests.Messaging;

/// <summary>An engine whose calls are slow, hang for a while, fail or find it full, as a schedule says.</summary>
internal sealed class FaultyEngine : IStorageEngine
{
    private readonly IStorageEngine inner;
    private readonly TimeProvider time;
    private readonly Func<int, JournalFault> schedule;
    private int calls;

    public FaultyEngine(IStorageEngine inner, TimeProvider time, Func<int, JournalFault> schedule)
    {
        (this.inner, this.time, this.schedule) = (inner, time, schedule);
        (Store, Events) = (new Values(this, inner.Store), new Streams(this, inner.Events!));
    }

    public string Name => "faulty";

    public StorageCapabilities Capabilities => inner.Capabilities;

    public IStore Store { get; }

    public IEventLog? Events { get; }

    public IChangeFeed? Changes => inner.Changes;

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => inner.OpenAsync(cancellationToken);

    public IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default) => inner.ListPartitionsAsync(@namespace, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async ValueTask<T> CallAsync<T>(Func<ValueTask<T>> call)
    {
        var fault = schedule(Interlocked.Increment(ref calls));
        if (fault.Before > TimeSpan.Zero)
        {
            await InlineDelay.WaitAsync(fault.Before, time, CancellationToken.None);
        }

        if (fault.IsFull)
        {
            throw new StorageException(StorageErrorKind.Full, Name, "The disk is full.");
        }

        if (fault.Fails && !fault.HasEffect)
        {
            throw new StorageException(StorageErrorKind.Unavailable, Name, "The engine is away.");
        }

        var result = await call();
        if (fault.After > TimeSpan.Zero)
        {
            await InlineDelay.WaitAsync(fault.After, time, CancellationToken.None);
        }

        return fault.Fails ? throw new StorageException(StorageErrorKind.Timeout, Name, "The engine did it and was away before it could say so.") { IsUncertain = true } : result;
    }

    private sealed class Values(FaultyEngine owner, IStore inner) : IStore
    {
        public ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default) => owner.CallAsync(() => inner.GetAsync(key, cancellationToken));

        public ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default) => owner.CallAsync(() => inner.PutAsync(key, value, options, cancellationToken));

        public ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default) => owner.CallAsync(() => inner.DeleteAsync(key, options, cancellationToken));

        public ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default) => owner.CallAsync(() => inner.ScanAsync(scan, cancellationToken));

        public ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default) => owner.CallAsync(() => inner.WriteAsync(batch, cancellationToken));
    }

    private sealed class Streams(FaultyEngine owner, IEventLog inner) : IEventLog
    {
        public ValueTask<AppendResult> AppendAsync(StoreKey stream, ExpectedVersion expected, IReadOnlyList<EventData> events, AppendOptions options = default, CancellationToken cancellationToken = default) => owner.CallAsync(() => inner.AppendAsync(stream, expected, events, options, cancellationToken));

        public ValueTask<EventPage> ReadAsync(StoreKey stream, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default) => owner.CallAsync(() => inner.ReadAsync(stream, after, maximum, cancellationToken));

        public ValueTask<EventPage> ReadAllAsync(string @namespace, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default) => owner.CallAsync(() => inner.ReadAllAsync(@namespace, after, maximum, cancellationToken));

        public ValueTask<long> GetVersionAsync(StoreKey stream, CancellationToken cancellationToken = default) => owner.CallAsync(() => inner.GetVersionAsync(stream, cancellationToken));

        public ValueTask<long> TrimAsync(StoreKey stream, long upTo, CancellationToken cancellationToken = default) => owner.CallAsync(() => inner.TrimAsync(stream, upTo, cancellationToken));

        public ValueTask<bool> DeleteAsync(StoreKey stream, CancellationToken cancellationToken = default) => owner.CallAsync(() => inner.DeleteAsync(stream, cancellationToken));

        public ValueTask<StreamPage> ListAsync(StoreScan scan, CancellationToken cancellationToken = default) => owner.CallAsync(() => inner.ListAsync(scan, cancellationToken));
    }
}
