using Sira.Storage.Values;

namespace Sira.Storage.Codecs.Encryption;

/// <summary>The data keys of a subject in memory, as they stood in its record at one time.</summary>
internal sealed class SubjectKeys(SubjectId id, ETag tag, DataKeyRecord record, DataKey[] keys)
{
    private volatile bool isDropped;
    private long readAt;

    public SubjectId Id => id;

    /// <summary>Which version of the record it is.</summary>
    public ETag Tag => tag;

    public DataKeyRecord Record => record;

    /// <summary>The key that encrypts; <see langword="null"/> after an erasure.</summary>
    public DataKey? Current => keys.Length > 0 ? keys[^1] : null;

    /// <summary>Whom it was asked for, once that is known. Under the lock of the cache.</summary>
    public KeySubject? Subject { get; set; }

    /// <summary>When the record was last read.</summary>
    public long ReadAt
    {
        get => Volatile.Read(ref readAt);
        set => Volatile.Write(ref readAt, value);
    }

    /// <summary>Whether it was used since the cache looked last.</summary>
    public bool IsUsed { get; set; } = true;

    public bool IsDropped => isDropped;

    public DataKey? Find(uint generation)
    {
        for (var i = keys.Length - 1; i >= 0; i--)
        {
            if (keys[i].Generation == generation)
            {
                return keys[i];
            }
        }

        return null;
    }

    public void Drop()
    {
        isDropped = true;
        foreach (var key in keys)
        {
            key.Close();
        }
    }
}
