using System.Runtime.InteropServices;

namespace Sira.Storage.Codecs.Compression;

/// <summary>A context or a dictionary of zstd, freed when nobody uses it any more.</summary>
internal sealed unsafe class ZstdHandle : SafeHandle
{
    private readonly delegate* unmanaged<nint, nuint> free;

    public ZstdHandle(nint pointer, delegate* unmanaged<nint, nuint> free)
        : base(0, ownsHandle: true)
    {
        this.free = free;
        SetHandle(pointer);
        if (IsInvalid)
        {
            throw new InsufficientMemoryException("zstd got no memory.");
        }
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Keeps it alive while it is used.</summary>
    public Use Hold() => new(this);

    protected override bool ReleaseHandle()
    {
        free(handle);
        return true;
    }

    public readonly ref struct Use
    {
        private readonly ZstdHandle? owner;

        public Use(ZstdHandle owner)
        {
            var isHeld = false;
            owner.DangerousAddRef(ref isHeld);
            this.owner = owner;
        }

        public nint Pointer => owner?.handle ?? 0;

        public void Dispose() => owner?.DangerousRelease();
    }
}
