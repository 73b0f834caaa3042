using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sira.Storage.RocksDb.Native;

/// <summary>Lets compactions leave out entries that nobody needs any more. It must outlive the databases that use it, which <see cref="Database"/> sees to.</summary>
/// <param name="target">Decides.</param>
internal sealed unsafe class CompactionFilter(ICompactionTarget target) : NativeHandle(Create(target))
{
    protected override void Free(nint handle) => NativeOptionMethods.DestroyCompactionFilter(handle);

    private static nint Create(ICompactionTarget target)
    {
        var state = GCHandle.ToIntPtr(GCHandle.Alloc(target));
        return NativeOptionMethods.CreateCompactionFilter(state, &Destroy, &Filter, &GetName);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Destroy(nint state) => GCHandle.FromIntPtr(state).Free();

    // On a thread of RocksDB's, where an exception would end the process: what cannot be decided is kept.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte Filter(nint state, int level, byte* key, nuint keyLength, byte* value, nuint valueLength, byte** newValue, nuint* newValueLength, byte* isChanged)
    {
        try
        {
            return GCHandle.FromIntPtr(state).Target is ICompactionTarget target && target.IsOver(new ReadOnlySpan<byte>(value, checked((int)valueLength))) ? (byte)1 : (byte)0;
        }
#pragma warning disable CA1031 // See above.
        catch (Exception)
#pragma warning restore CA1031
        {
            return 0;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte* GetName(nint state) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference("sira.expiry\0"u8));
}
