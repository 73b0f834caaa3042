namespace Sira.Storage.RocksDb.Native;

/// <summary>A cache of blocks, the least recently used going first.</summary>
internal sealed class BlockCache(long bytes) : NativeHandle(NativeOptionMethods.CreateCache((nuint)bytes))
{
    protected override void Free(nint handle) => NativeOptionMethods.DestroyCache(handle);
}
