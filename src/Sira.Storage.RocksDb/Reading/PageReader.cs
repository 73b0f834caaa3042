using System.Text;
using Sira.Storage.Keys;
using Sira.Storage.RocksDb.Layout;
using Sira.Storage.RocksDb.Native;
using Sira.Storage.RocksDb.Opening;

namespace Sira.Storage.RocksDb.Reading;

/// <summary>Reads names by their beginnings, in pages.</summary>
internal static class PageReader
{
    /// <summary>How many bytes a page has before it ends early: a page of the largest values would otherwise take all memory.</summary>
    public const long MaximumPageBytes = 16 * 1024 * 1024;

    // How often it is looked whether the caller has left.
    private const int Stretch = 1024;

    /// <summary>Reads a page.</summary>
    /// <returns>Where to read on; <see langword="null"/> at the end.</returns>
    public static string? Read<T>(OpenDatabase database, ColumnFamily family, in StoreScan scan, int size, List<T> items, TryReadItem<T> read, CancellationToken cancellationToken)
    {
        Span<byte> from = stackalloc byte[KeyLayout.MaximumLength];
        Span<byte> bound = stackalloc byte[KeyLayout.MaximumLength];
        var partition = KeyLayout.WritePartition(scan.Partition, from);
        from[..partition].CopyTo(bound);
        var prefix = partition + Encoding.UTF8.GetBytes(scan.Prefix, bound[partition..]);
        bound[..prefix].CopyTo(from);
        bound[prefix] = KeyLayout.Behind;
        var (start, isBehind) = (prefix, false);
        if (scan.After is { } after && NameOrder.Instance.Compare(after, scan.Prefix) >= 0)
        {
            start = partition + Encoding.UTF8.GetBytes(after, from[partition..]);
            isBehind = true;
        }

        using var iterator = database.Walk(family, bound[..(prefix + 1)]);
        var (bytes, steps, last) = (0L, 0, string.Empty);
        for (var isThere = iterator.Seek(from[..start]); isThere; isThere = iterator.Next())
        {
            if (++steps % Stretch == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var key = iterator.Key;
            if (isBehind && key.SequenceEqual(from[..start]))
            {
                continue;
            }

            var value = iterator.Value;
            var name = Encoding.UTF8.GetString(key[partition..]);
            if (read(name, value, out var item))
            {
                if (items.Count == size || bytes > MaximumPageBytes)
                {
                    return last;
                }

                items.Add(item);
                (bytes, last) = (bytes + (scan.KeysOnly ? 0 : value.Length), name);
            }
        }

        return null;
    }
}
