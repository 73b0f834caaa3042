namespace Sira.Storage.RocksDb.Native;

/// <summary>A keyspace of a database.</summary>
internal sealed class ColumnFamily(Database database, string name, nint handle) : DependentHandle(database, other: null, () => handle)
{
    public string Name { get; } = name;

    protected override void Free(nint handle) => NativeMethods.DestroyColumnFamily(handle);
}
