using System.Runtime.InteropServices;

namespace Sira.Storage.RocksDb.Native;

/// <summary>How is read.</summary>
internal sealed unsafe class ReadOptions : NativeHandle
{
    private readonly Snapshot? snapshot;
    private readonly byte* upperBound;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="upperBound">The key at which iterators end; empty for none.</param>
    /// <param name="snapshot">What to read; <see langword="null"/> for what is there. Kept alive.</param>
    /// <param name="fillCache">Whether what is read is kept in the cache: not where everything is read once.</param>
    public ReadOptions(ReadOnlySpan<byte> upperBound = default, Snapshot? snapshot = null, bool fillCache = true)
        : base(NativeOptionMethods.CreateReadOptions())
    {
        if (upperBound.Length > 0)
        {
            // RocksDB keeps the pointer, not the bytes.
            this.upperBound = (byte*)NativeMemory.Alloc((nuint)upperBound.Length);
            upperBound.CopyTo(new Span<byte>(this.upperBound, upperBound.Length));
            NativeOptionMethods.SetUpperBound(this, this.upperBound, (nuint)upperBound.Length);
        }

        if (snapshot is not null)
        {
            var isHeld = false;
            snapshot.DangerousAddRef(ref isHeld);
            this.snapshot = snapshot;
            NativeOptionMethods.SetSnapshot(this, snapshot);
        }

        if (!fillCache)
        {
            NativeOptionMethods.SetFillCache(this, 0);
        }
    }

    protected override void Free(nint handle)
    {
        NativeOptionMethods.DestroyReadOptions(handle);
        NativeMemory.Free(upperBound);
        snapshot?.DangerousRelease();
    }
}
