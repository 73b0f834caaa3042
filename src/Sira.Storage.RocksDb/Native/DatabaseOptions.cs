using System.Text;

namespace Sira.Storage.RocksDb.Native;

/// <summary>How a database, or a column family, is kept.</summary>
internal sealed unsafe class DatabaseOptions : NativeHandle
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="settings">Settings as RocksDB's option files have them: <c>name=value</c>, separated by semicolons.</param>
    /// <exception cref="NativeException">The library does not know a setting.</exception>
    public DatabaseOptions(string settings)
        : base(NativeOptionMethods.CreateOptions())
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(settings + '\0'))
        {
            var basis = NativeOptionMethods.CreateOptions();
            nint error = 0;
            NativeOptionMethods.ParseOptions(basis, text, handle, ref error);
            NativeOptionMethods.DestroyOptions(basis);
            if (error != 0)
            {
                Dispose();
                throw NativeException.Take(error);
            }
        }
    }

    /// <summary>Gets the filter of the column family.</summary>
    public CompactionFilter? Filter { get; private set; }

    /// <summary>Lets the tables share a cache for blocks, indexes and filters, and have Bloom filters.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="bitsPerKey">The size of the filters.</param>
    public void UseTables(BlockCache cache, double bitsPerKey)
    {
        var table = NativeOptionMethods.CreateTableOptions();
        NativeOptionMethods.SetBlockCache(table, cache);

        // Indexes and filters beside the cache would grow with the database, without a limit.
        NativeOptionMethods.SetCacheIndexAndFilters(table, 1);
        NativeOptionMethods.SetPinFirstLevel(table, 1);

        // Belongs to the table options from here on.
        NativeOptionMethods.SetFilterPolicy(table, NativeOptionMethods.CreateBloomFilter(bitsPerKey));
        NativeOptionMethods.SetTable(this, table);
        NativeOptionMethods.DestroyTableOptions(table);
    }

    /// <summary>Lets compactions leave out entries.</summary>
    /// <param name="filter">Which.</param>
    public void UseFilter(CompactionFilter filter)
    {
        NativeOptionMethods.SetCompactionFilter(this, filter);
        Filter = filter;
    }

    protected override void Free(nint handle) => NativeOptionMethods.DestroyOptions(handle);
}
