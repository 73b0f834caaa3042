namespace Sira.Storage.RocksDb.Native;

/// <summary>Writes that are made together or not at all. For one thread at a time.</summary>
internal sealed unsafe class WriteBatch() : NativeHandle(NativeMethods.CreateBatch())
{
    /// <summary>Gets how many bytes of keys and values it holds.</summary>
    public long Bytes { get; private set; }

    /// <summary>Gets how many writes it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Writes a value that is given in two parts, which saves joining them.</summary>
    public void Put(ColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest = default)
    {
        fixed (byte* keyBytes = key, headBytes = head, restBytes = rest)
        {
            var keyLength = (nuint)key.Length;
            var keyPart = keyBytes;
            var values = stackalloc byte*[] { headBytes, restBytes };
            var lengths = stackalloc nuint[] { (nuint)head.Length, (nuint)rest.Length };
            NativeMethods.PutToBatch(this, family, 1, &keyPart, &keyLength, rest.Length == 0 ? 1 : 2, values, lengths);
        }

        Add(key.Length + (long)head.Length + rest.Length);
    }

    /// <summary>Deletes an entry.</summary>
    public void Delete(ColumnFamily family, ReadOnlySpan<byte> key)
    {
        fixed (byte* bytes = key)
        {
            NativeMethods.DeleteInBatch(this, family, bytes, (nuint)key.Length);
        }

        Add(key.Length);
    }

    /// <summary>Deletes all entries from one key on and below another.</summary>
    public void DeleteRange(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        fixed (byte* fromBytes = from, toBytes = to)
        {
            NativeMethods.DeleteRangeInBatch(this, family, fromBytes, (nuint)from.Length, toBytes, (nuint)to.Length);
        }

        Add(from.Length + (long)to.Length);
    }

    /// <summary>Forgets the writes. Keeps the memory.</summary>
    public void Clear()
    {
        NativeMethods.ClearBatch(this);
        (Bytes, Count) = (0, 0);
    }

    protected override void Free(nint handle) => NativeMethods.DestroyBatch(handle);

    private void Add(long bytes) => (Bytes, Count) = (Bytes + bytes, Count + 1);
}
