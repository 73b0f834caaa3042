namespace Sira.Storage.Engines.Sqlite;

/// <summary>A partition as the tables number it.</summary>
/// <param name="Id">Its own number.</param>
/// <param name="Namespace">That of its namespace.</param>
internal readonly record struct SqlitePartition(long Id, long Namespace)
{
    // 15 bits are left above the positions.
    public const long MaximumNamespaces = short.MaxValue;

    private const int PositionBits = 48;

    /// <summary>The row id of an event of a namespace.</summary>
    public static long EventId(long @namespace, long position) => (@namespace << PositionBits) | position;

    /// <summary>The position that a row id of an event holds.</summary>
    public static long PositionOf(long eventId) => eventId & ((1L << PositionBits) - 1);
}
