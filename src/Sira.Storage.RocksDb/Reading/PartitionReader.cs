using Sira.Storage.Keys;
using Sira.Storage.RocksDb.Layout;
using Sira.Storage.RocksDb.Native;
using Sira.Storage.RocksDb.Opening;

namespace Sira.Storage.RocksDb.Reading;

/// <summary>Finds the partitions by going from one to the next, past all that they hold.</summary>
internal static class PartitionReader
{
    /// <summary>How many are read at once; between two reads nothing of the database is held.</summary>
    public const int PageSize = 256;

    /// <summary>Reads the partitions behind one.</summary>
    /// <param name="database">The database.</param>
    /// <param name="namespace">Of which namespace; <see langword="null"/> for all.</param>
    /// <param name="after">The partition behind which to begin; <see langword="null"/> for the beginning.</param>
    /// <returns>A page; empty at the end.</returns>
    public static IReadOnlyList<StorePartition> Read(OpenDatabase database, string? @namespace, StorePartition? after)
    {
        Span<byte> key = stackalloc byte[KeyLayout.MaximumLength];
        var length = after is { } last ? Behind(last, key) : @namespace is null ? 0 : KeyLayout.WriteNamespace(@namespace, key);
        var page = new List<StorePartition>();
        using var values = new Iterator(database.Native, database.Reads, database.Values);
        using var streams = new Iterator(database.Native, database.Reads, database.Streams);
        while (page.Count < PageSize)
        {
            var (hasValue, hasStream) = (values.Seek(key[..length]), streams.Seek(key[..length]));
            if (!hasValue && !hasStream)
            {
                break;
            }

            var next = !hasStream || (hasValue && values.Key.SequenceCompareTo(streams.Key) < 0) ? values.Key : streams.Key;
            var partition = KeyLayout.ReadPartition(next, out _);
            if (@namespace is not null && partition.Namespace != @namespace)
            {
                break;
            }

            page.Add(partition);
            length = Behind(partition, key);
        }

        return page;
    }

    private static int Behind(in StorePartition partition, Span<byte> key)
    {
        var length = KeyLayout.WritePartition(partition, key);
        key[length] = KeyLayout.Behind;
        return length + 1;
    }
}
