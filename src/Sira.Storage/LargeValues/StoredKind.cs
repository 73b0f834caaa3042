namespace Sira.Storage.LargeValues;

/// <summary>What stands under a key of the main engine. The numbers are part of the format.</summary>
internal enum StoredKind : byte
{
    /// <summary>A value as it is, without a header.</summary>
    Plain = 0,

    /// <summary>A value that begins as a header does, behind one.</summary>
    Escaped = 1,

    /// <summary>A <see cref="ValuePointer"/>.</summary>
    Pointer = 2,

    /// <summary>Something of a newer version.</summary>
    Newer = 254,

    /// <summary>What begins as a header does, and is none of these.</summary>
    Damaged = 255,
}
