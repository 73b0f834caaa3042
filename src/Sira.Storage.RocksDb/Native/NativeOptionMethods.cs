using System.Runtime.InteropServices;

namespace Sira.Storage.RocksDb.Native;

/// <summary>Options, caches and filters, as RocksDB's <c>c.h</c> has them; the same from 7.8 to 10.</summary>
internal static unsafe partial class NativeOptionMethods
{
    private const string Library = NativeMethods.Library;

    static NativeOptionMethods() => NativeLibraryResolver.Register();

    [LibraryImport(Library, EntryPoint = "rocksdb_options_create")]
    public static partial nint CreateOptions();

    [LibraryImport(Library, EntryPoint = "rocksdb_options_destroy")]
    public static partial void DestroyOptions(nint options);

    [LibraryImport(Library, EntryPoint = "rocksdb_get_options_from_string")]
    public static partial void ParseOptions(nint basis, byte* text, nint result, ref nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_options_set_block_based_table_factory")]
    public static partial void SetTable(DatabaseOptions options, nint table);

    [LibraryImport(Library, EntryPoint = "rocksdb_options_set_compaction_filter")]
    public static partial void SetCompactionFilter(DatabaseOptions options, CompactionFilter filter);

    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_create")]
    public static partial nint CreateTableOptions();

    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_destroy")]
    public static partial void DestroyTableOptions(nint options);

    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_set_block_cache")]
    public static partial void SetBlockCache(nint options, BlockCache cache);

    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_set_filter_policy")]
    public static partial void SetFilterPolicy(nint options, nint policy);

    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_set_cache_index_and_filter_blocks")]
    public static partial void SetCacheIndexAndFilters(nint options, byte value);

    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_set_pin_l0_filter_and_index_blocks_in_cache")]
    public static partial void SetPinFirstLevel(nint options, byte value);

    [LibraryImport(Library, EntryPoint = "rocksdb_filterpolicy_create_bloom_full")]
    public static partial nint CreateBloomFilter(double bitsPerKey);

    [LibraryImport(Library, EntryPoint = "rocksdb_cache_create_lru")]
    public static partial nint CreateCache(nuint capacity);

    [LibraryImport(Library, EntryPoint = "rocksdb_cache_destroy")]
    public static partial void DestroyCache(nint cache);

    [LibraryImport(Library, EntryPoint = "rocksdb_readoptions_create")]
    public static partial nint CreateReadOptions();

    [LibraryImport(Library, EntryPoint = "rocksdb_readoptions_destroy")]
    public static partial void DestroyReadOptions(nint options);

    [LibraryImport(Library, EntryPoint = "rocksdb_readoptions_set_snapshot")]
    public static partial void SetSnapshot(ReadOptions options, Snapshot snapshot);

    [LibraryImport(Library, EntryPoint = "rocksdb_readoptions_set_iterate_upper_bound")]
    public static partial void SetUpperBound(ReadOptions options, byte* key, nuint keyLength);

    [LibraryImport(Library, EntryPoint = "rocksdb_readoptions_set_fill_cache")]
    public static partial void SetFillCache(ReadOptions options, byte value);

    [LibraryImport(Library, EntryPoint = "rocksdb_writeoptions_create")]
    public static partial nint CreateWriteOptions();

    [LibraryImport(Library, EntryPoint = "rocksdb_writeoptions_destroy")]
    public static partial void DestroyWriteOptions(nint options);

    [LibraryImport(Library, EntryPoint = "rocksdb_writeoptions_set_sync")]
    public static partial void SetSync(WriteOptions options, byte value);

    [LibraryImport(Library, EntryPoint = "rocksdb_writeoptions_set_no_slowdown")]
    public static partial void SetNoSlowdown(WriteOptions options, byte value);

    [LibraryImport(Library, EntryPoint = "rocksdb_compactionfilter_create")]
    public static partial nint CreateCompactionFilter(
        nint state, delegate* unmanaged[Cdecl]<nint, void> destroy, delegate* unmanaged[Cdecl]<nint, int, byte*, nuint, byte*, nuint, byte**, nuint*, byte*, byte> filter, delegate* unmanaged[Cdecl]<nint, byte*> name);

    [LibraryImport(Library, EntryPoint = "rocksdb_compactionfilter_destroy")]
    public static partial void DestroyCompactionFilter(nint filter);

    [LibraryImport(Library, EntryPoint = "rocksdb_compactionfilter_set_ignore_snapshots")]
    public static partial void SetIgnoreSnapshots(CompactionFilter filter, byte value);
}
