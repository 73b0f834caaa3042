namespace Sira.Storage.RocksDb.Native;

/// <summary>What a database holds at one instant.</summary>
internal sealed class Snapshot(Database database) : DependentHandle(database, other: null, () => NativeMethods.CreateSnapshot(database))
{
    protected override void Free(nint handle) => NativeMethods.ReleaseSnapshot(Owner, handle);
}
