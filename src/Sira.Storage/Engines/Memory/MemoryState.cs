using System.Collections.Concurrent;
using Sira.Storage.Changes;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Values;

namespace Sira.Storage.Engines.Memory;

/// <summary>What a memory engine keeps. Values are read without a lock; everything else is done under one.</summary>
internal sealed class MemoryState
{
    // What a value or an event takes beyond its own bytes, roughly: objects, dictionary and tree.
    private const int Overhead = 200;

    private readonly ConcurrentDictionary<StorePartition, MemoryPartition> partitions = new();
    private readonly Dictionary<StorePartition, SortedDictionary<string, MemoryLog>> logs = [];
    private readonly Dictionary<string, MemoryHistory> histories = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(StoreKey Key, long Tag), DateTimeOffset> expiries = new();
    private readonly MemoryEngineOptions options;
    private readonly TimeProvider time;
    private long last;
    private long bytes;
    private volatile bool isClosed;

    public MemoryState(MemoryEngineOptions options, TimeProvider time)
    {
        (this.options, this.time) = (options, time);
        Changes = new ChangeHub(options.Name);
    }

    public string Name => options.Name;

    public Lock Gate { get; } = new();

    public ChangeHub Changes { get; }

    public DateTimeOffset Now => time.GetUtcNow();

    public void ThrowIfClosed()
    {
        if (isClosed)
        {
            throw new StorageException(StorageErrorKind.Closed, Name, $"The engine '{Name}' was closed. Open another.");
        }
    }

    public void Close()
    {
        lock (Gate)
        {
            isClosed = true;
            partitions.Clear();
            logs.Clear();
            histories.Clear();
            expiries.Clear();
            bytes = 0;
        }

        Changes.End();
    }

    /// <summary>Returns the value of a key, if it has one. Needs no lock.</summary>
    public MemoryValue? Find(in StoreKey key) =>
        partitions.TryGetValue(key.Partition, out var partition) && partition.Values.TryGetValue(key.Name, out var value) && !IsExpired(value) ? value : null;

    /// <summary>Returns the partition, if anything was ever written to it.</summary>
    public MemoryPartition? FindPartition(in StorePartition partition) => partitions.GetValueOrDefault(partition);

    /// <summary>Returns the partitions, of one namespace or of all, as they are now.</summary>
    public StorePartition[] Partitions(string? @namespace)
    {
        lock (Gate)
        {
            ThrowIfClosed();
            return [.. partitions.Keys.Union(logs.Keys).Where(partition => @namespace is null || partition.Namespace == @namespace)];
        }
    }

    public bool IsExpired(MemoryValue value) => value.ExpiresAt is { } at && at <= Now;

    /// <summary>Asks for room, under the lock, before anything is changed.</summary>
    /// <exception cref="StorageException">There is none.</exception>
    public void Reserve(long more)
    {
        Reclaim();
        if (more > 0 && bytes + more > options.MaximumBytes)
        {
            throw new StorageException(StorageErrorKind.Full, Name, $"The engine '{Name}' is full: it keeps {bytes} of {options.MaximumBytes} bytes, and {more} more were to be written. Delete something, or raise {nameof(MemoryEngineOptions)}.{nameof(MemoryEngineOptions.MaximumBytes)}.");
        }
    }

    /// <summary>How many bytes more a put would take, under the lock.</summary>
    public long CostOf(in StoreKey key, int length) =>
        SizeOf(key.Name, length) - (partitions.TryGetValue(key.Partition, out var partition) && partition.Values.TryGetValue(key.Name, out var value) ? SizeOf(key.Name, value.Bytes.Length) : 0);

    public static long CostOf(IReadOnlyList<EventData> events) => events.Sum(static item => SizeOf(item.Type, item.Data.Length));

    /// <summary>Writes a value, under the lock.</summary>
    public ETag Put(in StoreKey key, byte[] value, TimeSpan? timeToLive)
    {
        bytes += CostOf(key, value.Length);
        var partition = partitions.GetOrAdd(key.Partition, static _ => new MemoryPartition());
        var stored = new MemoryValue(value, ++last, timeToLive is { } kept ? Now + kept : null);
        if (!partition.Values.ContainsKey(key.Name))
        {
            partition.Names.Add(key.Name);
        }

        partition.Values[key.Name] = stored;
        if (stored.ExpiresAt is { } at)
        {
            expiries.Enqueue((key, stored.Tag), at);
        }

        var tag = new ETag(stored.Tag);
        Changes.Tell(new StoreChange(ChangeKind.Put, key, tag));
        return tag;
    }

    /// <summary>Deletes a value, under the lock.</summary>
    public void Delete(in StoreKey key)
    {
        Remove(key);
        Changes.Tell(new StoreChange(ChangeKind.Delete, key, ETag.None));
    }

    public MemoryLog? FindLog(in StoreKey stream) => logs.GetValueOrDefault(stream.Partition)?.GetValueOrDefault(stream.Name);

    public IEnumerable<KeyValuePair<string, MemoryLog>> LogsOf(in StorePartition partition) => logs.GetValueOrDefault(partition) ?? [];

    public MemoryHistory? FindHistory(string @namespace) => histories.GetValueOrDefault(@namespace);

    /// <summary>Appends events, under the lock.</summary>
    public AppendResult Append(in StoreKey stream, IReadOnlyList<EventData> events)
    {
        bytes += CostOf(events);
        if (!logs.TryGetValue(stream.Partition, out var streams))
        {
            logs.Add(stream.Partition, streams = new SortedDictionary<string, MemoryLog>(NameOrder.Instance));
        }

        if (!streams.TryGetValue(stream.Name, out var log))
        {
            streams.Add(stream.Name, log = new MemoryLog());
        }

        if (!histories.TryGetValue(stream.Namespace, out var history))
        {
            histories.Add(stream.Namespace, history = new MemoryHistory());
        }

        foreach (var item in events)
        {
            var stored = new StoredEvent(stream, ++log.Version, ++last, item.Type, item.Data.ToArray(), Now);
            log.Events.Add(stored);
            history.Add(stored);
        }

        Changes.Tell(new StoreChange(ChangeKind.Append, stream, ETag.None));
        return new AppendResult(IsDone: true, log.Version, last);
    }

    /// <summary>Forgets the first events of a stream, under the lock.</summary>
    public int Forget(in StoreKey stream, MemoryLog log, int count)
    {
        for (var i = 0; i < count; i++)
        {
            bytes -= SizeOf(log.Events[i].Type, log.Events[i].Data.Length);
            histories[stream.Namespace].Forget(log.Events[i].Position);
        }

        log.Events.RemoveRange(0, count);
        return count;
    }

    /// <summary>Forgets a stream, under the lock.</summary>
    public bool DeleteLog(in StoreKey stream)
    {
        if (FindLog(stream) is not { } log)
        {
            return false;
        }

        Forget(stream, log, log.Events.Count);
        logs[stream.Partition].Remove(stream.Name);
        return true;
    }

    private static long SizeOf(string name, int length) => Overhead + (sizeof(char) * name.Length) + length;

    private bool Remove(in StoreKey key)
    {
        if (!partitions.TryGetValue(key.Partition, out var partition) || !partition.Values.TryRemove(key.Name, out var removed))
        {
            return false;
        }

        partition.Names.Remove(key.Name);
        bytes -= SizeOf(key.Name, removed.Bytes.Length);
        return true;
    }

    // What has expired is not seen any more; here it is also forgotten.
    private void Reclaim()
    {
        while (expiries.TryPeek(out var due, out var at) && at <= Now)
        {
            expiries.Dequeue();
            if (partitions.TryGetValue(due.Key.Partition, out var partition) && partition.Values.TryGetValue(due.Key.Name, out var value) && value.Tag == due.Tag)
            {
                Remove(due.Key);
            }
        }
    }
}
