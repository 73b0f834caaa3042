namespace Sira.Storage.RocksDb.Native;

/// <summary>How is written.</summary>
internal sealed class WriteOptions : NativeHandle
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="sync">Whether a write is on the disk when it returns.</param>
    /// <param name="noSlowdown">Whether a write that would have to wait for flushes or compactions fails as <see cref="NativeStatus.Incomplete"/> instead.</param>
    public WriteOptions(bool sync, bool noSlowdown = false)
        : base(NativeOptionMethods.CreateWriteOptions())
    {
        NativeOptionMethods.SetSync(this, sync ? (byte)1 : (byte)0);
        NativeOptionMethods.SetNoSlowdown(this, noSlowdown ? (byte)1 : (byte)0);
    }

    protected override void Free(nint handle) => NativeOptionMethods.DestroyWriteOptions(handle);
}
