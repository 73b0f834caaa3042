using System.Collections.Concurrent;
using Sira.Storage.Errors;
using Sira.Storage.Values;

namespace Sira.Storage.Codecs.Encryption;

/// <summary>The data keys that are in memory: found without a lock, a bounded number, each for a bounded time.</summary>
internal sealed class DataKeyCache(DataKeyStore store, DataKeyOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<SubjectId, SubjectKeys> byId = new();
    private readonly ConcurrentDictionary<KeySubject, SubjectKeys> bySubject = new();
    private readonly Dictionary<SubjectId, Reading> readings = [];
    private readonly Queue<SubjectKeys> order = new();
    private readonly Lock gate = new();
    private bool isClosed;

    public int Count => byId.Count;

    public SubjectKeys? Find(in KeySubject subject) => bySubject.TryGetValue(subject, out var found) && IsFresh(found) ? found : null;

    public SubjectKeys? Find(SubjectId id) => byId.TryGetValue(id, out var found) && IsFresh(found) ? found : null;

    /// <summary>Remembers whom keys were asked for, so that the next time they are found without a hash.</summary>
    public void Remember(in KeySubject subject, SubjectKeys keys)
    {
        lock (gate)
        {
            if (!keys.IsDropped)
            {
                keys.Subject = subject;
                bySubject[subject] = keys;
            }
        }
    }

    /// <summary>Reads the keys of a subject anew, whether they are in memory or not.</summary>
    /// <returns>The keys; <see langword="null"/> where there never were any.</returns>
    public async ValueTask<SubjectKeys?> ReadAsync(SubjectId id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var reading = Begin(id);

            // From before the reading on, so that nothing is kept for longer than it was said to be after an erasure.
            var readAt = time.GetTimestamp();
            try
            {
                var (record, tag) = await store.ReadAsync(id, cancellationToken).ConfigureAwait(false);
                if (record is null)
                {
                    Drop(id);
                    return null;
                }

                if (byId.TryGetValue(id, out var known) && known.Tag == tag && !known.IsDropped && store.Wrapper.Holds(record))
                {
                    (known.ReadAt, known.IsUsed) = (readAt, true);
                    return known;
                }

                if (Add(Unwrap(id, tag, record, readAt), reading) is { } kept)
                {
                    return kept;
                }
            }
            finally
            {
                End(id, reading);
            }
        }
    }

    /// <summary>Forgets the keys of a subject, also where somebody is just reading them.</summary>
    public void Drop(SubjectId id)
    {
        lock (gate)
        {
            if (readings.TryGetValue(id, out var reading))
            {
                reading.IsStale = true;
            }

            if (byId.TryGetValue(id, out var found))
            {
                Remove(found);
            }
        }
    }

    public void DropAll()
    {
        lock (gate)
        {
            foreach (var reading in readings.Values)
            {
                reading.IsStale = true;
            }

            foreach (var (_, found) in byId)
            {
                Remove(found);
            }
        }
    }

    /// <summary>Forgets everything, for good.</summary>
    public void Close()
    {
        lock (gate)
        {
            isClosed = true;
        }

        DropAll();
    }

    private bool IsFresh(SubjectKeys keys)
    {
        if (keys.IsDropped || time.GetElapsedTime(keys.ReadAt) >= options.CacheDuration)
        {
            return false;
        }

        if (!keys.IsUsed)
        {
            keys.IsUsed = true;
        }

        return true;
    }

    private Reading Begin(SubjectId id)
    {
        lock (gate)
        {
            if (!readings.TryGetValue(id, out var reading) || reading.IsStale)
            {
                readings[id] = reading = new Reading();
            }

            reading.Readers++;
            return reading;
        }
    }

    private void End(SubjectId id, Reading reading)
    {
        lock (gate)
        {
            if (--reading.Readers == 0 && readings.TryGetValue(id, out var latest) && latest == reading)
            {
                readings.Remove(id);
            }
        }
    }

    private SubjectKeys Unwrap(SubjectId id, ETag tag, DataKeyRecord record, long readAt)
    {
        var keys = new List<DataKey>(record.Keys.Count);
        try
        {
            foreach (var key in record.Keys)
            {
                keys.Add(new DataKey(id, key.Generation, store.Wrapper.Unwrap(id, key)));
            }

            return new SubjectKeys(id, tag, record, [.. keys]) { ReadAt = readAt };
        }
        catch (StorageException)
        {
            keys.ForEach(static key => key.Close());
            Drop(id);
            throw;
        }
    }

    // Returns what is in memory now; nothing where the record has changed since it was read.
    private SubjectKeys? Add(SubjectKeys keys, Reading reading)
    {
        lock (gate)
        {
            if (isClosed)
            {
                // Closed keys encrypt nothing; the engine underneath says that it is closed.
                keys.Drop();
                return keys;
            }

            if (reading.IsStale)
            {
                keys.Drop();
                return null;
            }

            if (byId.TryGetValue(keys.Id, out var before))
            {
                if (before.Tag == keys.Tag)
                {
                    keys.Drop();
                    before.ReadAt = keys.ReadAt;
                    return before;
                }

                Remove(before);
            }

            byId[keys.Id] = keys;
            order.Enqueue(keys);
            Evict();
            return keys;
        }
    }

    // Second chance: whoever was used since the last look goes to the end of the line. Those that were dropped leave it there too.
    private void Evict()
    {
        while (order.TryPeek(out var oldest) && (oldest.IsDropped || byId.Count > options.CachedSubjects || order.Count > 16 + (2 * byId.Count)))
        {
            order.Dequeue();
            if (oldest.IsDropped)
            {
                continue;
            }

            if (oldest.IsUsed || byId.Count <= options.CachedSubjects)
            {
                oldest.IsUsed = false;
                order.Enqueue(oldest);
            }
            else
            {
                Remove(oldest);
            }
        }
    }

    private void Remove(SubjectKeys keys)
    {
        byId.TryRemove(KeyValuePair.Create(keys.Id, keys));
        if (keys.Subject is { } subject)
        {
            bySubject.TryRemove(KeyValuePair.Create(subject, keys));
        }

        keys.Drop();
    }

    private sealed class Reading
    {
        public int Readers { get; set; }

        public bool IsStale { get; set; }
    }
}
