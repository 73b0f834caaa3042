namespace Sira.Storage.RocksDb.Native;

/// <summary>A value where RocksDB has it, in its cache or in memory. To be disposed of, once.</summary>
internal readonly unsafe ref struct PinnedValue
{
    private readonly Database database;
    private readonly nint value;

    /// <summary>Initializes a new instance that keeps the database, which the caller has held for it, alive.</summary>
    internal PinnedValue(Database database, nint value) => (this.database, this.value) = (database, value);

    /// <summary>Gets whether there is one.</summary>
    public bool IsThere => value != 0;

    /// <summary>Gets the bytes. Only until it is disposed of.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            var bytes = NativeMethods.GetPinnedBytes(value, out var length);
            return new ReadOnlySpan<byte>(bytes, checked((int)length));
        }
    }

    public void Dispose()
    {
        if (value != 0)
        {
            NativeMethods.DestroyPinned(value);
            database.DangerousRelease();
        }
    }
}
