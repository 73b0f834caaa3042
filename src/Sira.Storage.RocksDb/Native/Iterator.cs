namespace Sira.Storage.RocksDb.Native;

/// <summary>Walks over the entries of a column family by ascending key, as they were when it was made. For one thread at a time.</summary>
internal sealed unsafe class Iterator(Database database, ReadOptions options, ColumnFamily family) : DependentHandle(database, options, () => NativeMethods.CreateIterator(database, options, family))
{
    /// <summary>Gets the key. Only until the iterator moves or is disposed of.</summary>
    public ReadOnlySpan<byte> Key
    {
        get
        {
            var key = NativeMethods.GetIteratorKey(this, out var length);
            return new ReadOnlySpan<byte>(key, checked((int)length));
        }
    }

    /// <summary>Gets the value. Only until the iterator moves or is disposed of.</summary>
    public ReadOnlySpan<byte> Value
    {
        get
        {
            var value = NativeMethods.GetIteratorValue(this, out var length);
            return new ReadOnlySpan<byte>(value, checked((int)length));
        }
    }

    /// <summary>Goes to the first entry.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="NativeException">It cannot be read.</exception>
    public bool First()
    {
        NativeMethods.SeekToFirst(this);
        return Check();
    }

    /// <summary>Goes to the first entry whose key is not below one.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="NativeException">It cannot be read.</exception>
    public bool Seek(ReadOnlySpan<byte> key)
    {
        fixed (byte* bytes = key)
        {
            NativeMethods.Seek(this, bytes, (nuint)key.Length);
        }

        return Check();
    }

    /// <summary>Goes to the next entry.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="NativeException">It cannot be read.</exception>
    public bool Next()
    {
        NativeMethods.MoveNext(this);
        return Check();
    }

    protected override void Free(nint handle) => NativeMethods.DestroyIterator(handle);

    // An iterator that is not valid is at the end, or has met an error: never to be taken for the same.
    private bool Check()
    {
        if (NativeMethods.IsIteratorValid(this) != 0)
        {
            return true;
        }

        nint error = 0;
        NativeMethods.GetIteratorError(this, ref error);
        NativeException.ThrowIf(error);
        return false;
    }
}
