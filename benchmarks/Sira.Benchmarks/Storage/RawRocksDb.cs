using System.Runtime.InteropServices;
using System.Text;

namespace Sira.Benchmarks.Storage;

/// <summary>RocksDB's C API with nothing around it: what a binding and an engine are measured against. The same options as the engine's, on one column family.</summary>
internal sealed unsafe partial class RawRocksDb : IDisposable
{
    private const string Library = "librocksdb.so.7.8";
    private const string Settings = "create_if_missing=true;wal_recovery_mode=kTolerateCorruptedTailRecords;compression=kLZ4Compression;level_compaction_dynamic_level_bytes=true;max_open_files=1000;info_log_level=WARN_LEVEL;stats_dump_period_sec=0;stats_persist_period_sec=0";
    private const double BloomBits = 10;
    private const int CacheBytes = 64 * 1024 * 1024;

    private readonly nint database;
    private readonly nint reads = CreateReadOptions();
    private readonly nint writes = CreateWriteOptions();
    private readonly nint synced = CreateWriteOptions();

    public RawRocksDb(string path)
    {
        SetSync(synced, 1);
        nint error = 0;
        var (basis, options, table) = (CreateOptions(), CreateOptions(), CreateTable());
        fixed (byte* settings = Encoding.UTF8.GetBytes(Settings + '\0'), folder = Encoding.UTF8.GetBytes(path + '\0'))
        {
            Parse(basis, settings, options, ref error);
            SetCache(table, CreateCache(CacheBytes));
            SetCacheIndex(table, 1);
            SetFilter(table, CreateBloom(BloomBits));
            SetTable(options, table);
            database = Open(options, folder, ref error);
        }

        Check(error);
    }

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool sync)
    {
        nint error = 0;
        fixed (byte* keyBytes = key, valueBytes = value)
        {
            Put(database, sync ? synced : writes, keyBytes, (nuint)key.Length, valueBytes, (nuint)value.Length, ref error);
        }

        Check(error);
    }

    /// <summary>Reads without copying, and looks at the first byte.</summary>
    public int Peek(ReadOnlySpan<byte> key)
    {
        nint error = 0;
        fixed (byte* bytes = key)
        {
            var pinned = GetPinned(database, reads, bytes, (nuint)key.Length, ref error);
            Check(error);
            var first = *GetValue(pinned, out _);
            DestroyPinned(pinned);
            return first;
        }
    }

    public byte[] Get(ReadOnlySpan<byte> key)
    {
        nint error = 0;
        fixed (byte* bytes = key)
        {
            var pinned = GetPinned(database, reads, bytes, (nuint)key.Length, ref error);
            Check(error);
            var value = GetValue(pinned, out var length);
            var copy = new ReadOnlySpan<byte>(value, (int)length).ToArray();
            DestroyPinned(pinned);
            return copy;
        }
    }

    public void WriteSynced(IEnumerable<byte[]> keys, ReadOnlySpan<byte> value)
    {
        nint error = 0;
        var batch = CreateBatch();
        foreach (var key in keys)
        {
            fixed (byte* keyBytes = key, valueBytes = value)
            {
                PutToBatch(batch, keyBytes, (nuint)key.Length, valueBytes, (nuint)value.Length);
            }
        }

        Write(database, synced, batch, ref error);
        DestroyBatch(batch);
        Check(error);
    }

    public void Compact()
    {
        nint error = 0;
        Flush(database, CreateFlushOptions(), ref error);
        Check(error);
        Compact(database, null, 0, null, 0);
    }

    public void Dispose() => Close(database);

    private static void Check(nint error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException(Marshal.PtrToStringUTF8(error));
        }
    }

    [LibraryImport(Library, EntryPoint = "rocksdb_options_create")]
    private static partial nint CreateOptions();

    [LibraryImport(Library, EntryPoint = "rocksdb_get_options_from_string")]
    private static partial void Parse(nint basis, byte* text, nint options, ref nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_create")]
    private static partial nint CreateTable();

    [LibraryImport(Library, EntryPoint = "rocksdb_cache_create_lru")]
    private static partial nint CreateCache(nuint bytes);

    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_set_block_cache")]
    private static partial void SetCache(nint table, nint cache);

    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_set_cache_index_and_filter_blocks")]
    private static partial void SetCacheIndex(nint table, byte value);

    [LibraryImport(Library, EntryPoint = "rocksdb_filterpolicy_create_bloom_full")]
    private static partial nint CreateBloom(double bits);

    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_set_filter_policy")]
    private static partial void SetFilter(nint table, nint policy);

    [LibraryImport(Library, EntryPoint = "rocksdb_options_set_block_based_table_factory")]
    private static partial void SetTable(nint options, nint table);

    [LibraryImport(Library, EntryPoint = "rocksdb_open")]
    private static partial nint Open(nint options, byte* path, ref nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_close")]
    private static partial void Close(nint database);

    [LibraryImport(Library, EntryPoint = "rocksdb_readoptions_create")]
    private static partial nint CreateReadOptions();

    [LibraryImport(Library, EntryPoint = "rocksdb_writeoptions_create")]
    private static partial nint CreateWriteOptions();

    [LibraryImport(Library, EntryPoint = "rocksdb_writeoptions_set_sync")]
    private static partial void SetSync(nint options, byte value);

    [LibraryImport(Library, EntryPoint = "rocksdb_flushoptions_create")]
    private static partial nint CreateFlushOptions();

    [LibraryImport(Library, EntryPoint = "rocksdb_flush")]
    private static partial void Flush(nint database, nint options, ref nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_compact_range")]
    private static partial void Compact(nint database, byte* from, nuint fromLength, byte* to, nuint toLength);

    [LibraryImport(Library, EntryPoint = "rocksdb_put")]
    private static partial void Put(nint database, nint options, byte* key, nuint keyLength, byte* value, nuint valueLength, ref nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_get_pinned")]
    private static partial nint GetPinned(nint database, nint options, byte* key, nuint keyLength, ref nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_pinnableslice_value")]
    private static partial byte* GetValue(nint pinned, out nuint length);

    [LibraryImport(Library, EntryPoint = "rocksdb_pinnableslice_destroy")]
    private static partial void DestroyPinned(nint pinned);

    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_create")]
    private static partial nint CreateBatch();

    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_destroy")]
    private static partial void DestroyBatch(nint batch);

    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_put")]
    private static partial void PutToBatch(nint batch, byte* key, nuint keyLength, byte* value, nuint valueLength);

    [LibraryImport(Library, EntryPoint = "rocksdb_write")]
    private static partial void Write(nint database, nint options, nint batch, ref nint error);
}
