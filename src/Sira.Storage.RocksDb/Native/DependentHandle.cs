using System.Runtime.InteropServices;

namespace Sira.Storage.RocksDb.Native;

/// <summary>A native object that must be freed before others are, above all before its database is closed: it keeps them alive, whoever is disposed of first.</summary>
/// <remarks>RocksDB itself crashes otherwise, and so do bindings that leave the order to their users (streamiz 470, rocksdb-sharp 77).</remarks>
internal abstract class DependentHandle : NativeHandle
{
    private readonly SafeHandle owner;
    private readonly SafeHandle? other;

    /// <summary>Makes the native object while its owners are held.</summary>
    protected DependentHandle(SafeHandle owner, SafeHandle? other, Func<nint> create)
        : base(0)
    {
        (this.owner, this.other) = (owner, other);
        var (holdsOwner, holdsOther) = (false, false);
        try
        {
            owner.DangerousAddRef(ref holdsOwner);
            other?.DangerousAddRef(ref holdsOther);
            SetHandle(create());
        }
        finally
        {
            if (IsInvalid)
            {
                // A handle without an object is never released, so this is not done twice.
                Release(holdsOwner, holdsOther);
            }
        }
    }

    /// <summary>Gets the native object of the owner, which lives as long as this.</summary>
    protected nint Owner => owner.DangerousGetHandle();

    protected override bool ReleaseHandle()
    {
        Free(handle);
        Release(holdsOwner: true, other is not null);
        return true;
    }

    private void Release(bool holdsOwner, bool holdsOther)
    {
        if (holdsOther)
        {
            other!.DangerousRelease();
        }

        if (holdsOwner)
        {
            owner.DangerousRelease();
        }
    }
}
