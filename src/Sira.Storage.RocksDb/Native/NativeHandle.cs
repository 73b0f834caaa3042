using System.Runtime.InteropServices;

namespace Sira.Storage.RocksDb.Native;

/// <summary>A native object that is freed once, when nobody uses it any more.</summary>
internal abstract class NativeHandle : SafeHandle
{
    protected NativeHandle(nint handle)
        : base(invalidHandleValue: 0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        Free(handle);
        return true;
    }

    protected abstract void Free(nint handle);
}
