using Sira.Storage.Errors;

namespace Sira.Storage.RocksDb.Writing;

/// <summary>The writes that wait for the writer. Thread-safe.</summary>
internal sealed class WriteQueue(int capacity, RocksDbErrors errors)
{
    // As much as RocksDB itself puts together for one write of its log, and as many as keep the first from waiting long for the last.
    private const long MaximumGroupBytes = 1024 * 1024;
    private const int MaximumGroup = 4096;

    private readonly object gate = new();
    private readonly Queue<WriteRequest> requests = [];
    private bool isEnded;
    private volatile bool isEmpty = true;

    /// <summary>Gets whether nothing waits, without a lock.</summary>
    public bool IsEmpty => isEmpty;

    /// <summary>Adds a write.</summary>
    /// <exception cref="StorageException">The queue is full, or was closed.</exception>
    public void Add(WriteRequest request)
    {
        lock (gate)
        {
            if (isEnded)
            {
                throw errors.Closed();
            }

            if (requests.Count >= capacity)
            {
                throw errors.Of(StorageErrorKind.Busy, $"{requests.Count} writes wait for the engine '{errors.Engine}' already, and no more are taken. Try again later, write less at once, or raise {nameof(RocksDbEngineOptions)}.{nameof(RocksDbEngineOptions.MaximumWaitingWrites)}");
            }

            requests.Enqueue(request);
            isEmpty = false;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Waits for writes and takes up those that are made together.</summary>
    /// <param name="group">Receives them.</param>
    /// <returns>Whether there are any; otherwise the queue was closed and is empty.</returns>
    public bool Take(List<WriteRequest> group)
    {
        group.Clear();
        lock (gate)
        {
            while (group.Count == 0)
            {
                while (requests.Count == 0)
                {
                    isEmpty = true;
                    if (isEnded)
                    {
                        return false;
                    }

                    Monitor.Wait(gate);
                }

                TakeGroup(group);
            }

            isEmpty = requests.Count == 0;
            return true;
        }
    }

    /// <summary>Takes no more writes.</summary>
    public void End()
    {
        lock (gate)
        {
            isEnded = true;
            Monitor.Pulse(gate);
        }
    }

    private void TakeGroup(List<WriteRequest> group)
    {
        for (long bytes = 0; group.Count < MaximumGroup && requests.TryPeek(out var next); bytes += next.Bytes)
        {
            if (group.Count > 0 && (next.IsAlone || bytes + next.Bytes > MaximumGroupBytes))
            {
                break;
            }

            requests.Dequeue();
            if (next.TryTake())
            {
                group.Add(next);
                if (next.IsAlone)
                {
                    break;
                }
            }
        }
    }
}
