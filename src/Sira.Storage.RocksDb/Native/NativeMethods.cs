using System.Runtime.InteropServices;

namespace Sira.Storage.RocksDb.Native;

/// <summary>Databases and what is read from and written to them, as RocksDB's <c>c.h</c> has it; the same from 7.8 to 10.</summary>
internal static unsafe partial class NativeMethods
{
    public const string Library = "rocksdb";

    static NativeMethods() => NativeLibraryResolver.Register();

    [LibraryImport(Library, EntryPoint = "rocksdb_free")]
    public static partial void Free(nint pointer);

    [LibraryImport(Library, EntryPoint = "rocksdb_open_column_families")]
    public static partial nint Open(DatabaseOptions options, byte* path, int count, byte** names, nint* familyOptions, nint* families, ref nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_open_for_read_only_column_families")]
    public static partial nint OpenReadOnly(DatabaseOptions options, byte* path, int count, byte** names, nint* familyOptions, nint* families, byte failIfThereIsALog, ref nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_close")]
    public static partial void Close(nint database);

    [LibraryImport(Library, EntryPoint = "rocksdb_list_column_families")]
    public static partial byte** ListColumnFamilies(DatabaseOptions options, byte* path, out nuint count, ref nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_list_column_families_destroy")]
    public static partial void DestroyList(byte** names, nuint count);

    [LibraryImport(Library, EntryPoint = "rocksdb_column_family_handle_destroy")]
    public static partial void DestroyColumnFamily(nint family);

    [LibraryImport(Library, EntryPoint = "rocksdb_get_pinned_cf")]
    public static partial nint GetPinned(Database database, ReadOptions options, ColumnFamily family, byte* key, nuint keyLength, ref nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_batched_multi_get_cf")]
    public static partial void MultiGet(Database database, ReadOptions options, ColumnFamily family, nuint count, byte** keys, nuint* keyLengths, nint* values, nint* errors, byte isSorted);

    [LibraryImport(Library, EntryPoint = "rocksdb_pinnableslice_value")]
    public static partial byte* GetPinnedBytes(nint value, out nuint length);

    [LibraryImport(Library, EntryPoint = "rocksdb_pinnableslice_destroy")]
    public static partial void DestroyPinned(nint value);

    [LibraryImport(Library, EntryPoint = "rocksdb_put_cf")]
    public static partial void Put(Database database, WriteOptions options, ColumnFamily family, byte* key, nuint keyLength, byte* value, nuint valueLength, ref nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_write")]
    public static partial void Write(Database database, WriteOptions options, WriteBatch batch, ref nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_create")]
    public static partial nint CreateBatch();

    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_destroy")]
    public static partial void DestroyBatch(nint batch);

    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_clear")]
    public static partial void ClearBatch(WriteBatch batch);

    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_putv_cf")]
    public static partial void PutToBatch(WriteBatch batch, ColumnFamily family, int keyParts, byte** keys, nuint* keyLengths, int valueParts, byte** values, nuint* valueLengths);

    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_delete_cf")]
    public static partial void DeleteInBatch(WriteBatch batch, ColumnFamily family, byte* key, nuint keyLength);

    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_delete_range_cf")]
    public static partial void DeleteRangeInBatch(WriteBatch batch, ColumnFamily family, byte* from, nuint fromLength, byte* to, nuint toLength);

    [LibraryImport(Library, EntryPoint = "rocksdb_create_iterator_cf")]
    public static partial nint CreateIterator(Database database, ReadOptions options, ColumnFamily family);

    [LibraryImport(Library, EntryPoint = "rocksdb_iter_destroy")]
    public static partial void DestroyIterator(nint iterator);

    [LibraryImport(Library, EntryPoint = "rocksdb_iter_valid")]
    public static partial byte IsIteratorValid(Iterator iterator);

    [LibraryImport(Library, EntryPoint = "rocksdb_iter_seek_to_first")]
    public static partial void SeekToFirst(Iterator iterator);

    [LibraryImport(Library, EntryPoint = "rocksdb_iter_seek")]
    public static partial void Seek(Iterator iterator, byte* key, nuint keyLength);

    [LibraryImport(Library, EntryPoint = "rocksdb_iter_next")]
    public static partial void MoveNext(Iterator iterator);

    [LibraryImport(Library, EntryPoint = "rocksdb_iter_key")]
    public static partial byte* GetIteratorKey(Iterator iterator, out nuint length);

    [LibraryImport(Library, EntryPoint = "rocksdb_iter_value")]
    public static partial byte* GetIteratorValue(Iterator iterator, out nuint length);

    [LibraryImport(Library, EntryPoint = "rocksdb_iter_get_error")]
    public static partial void GetIteratorError(Iterator iterator, ref nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_create_snapshot")]
    public static partial nint CreateSnapshot(Database database);

    [LibraryImport(Library, EntryPoint = "rocksdb_release_snapshot")]
    public static partial void ReleaseSnapshot(nint database, nint snapshot);

    [LibraryImport(Library, EntryPoint = "rocksdb_checkpoint_object_create")]
    public static partial nint CreateCheckpointObject(Database database, ref nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_checkpoint_create")]
    public static partial void CreateCheckpoint(nint checkpoint, byte* path, ulong logSizeForFlush, ref nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_checkpoint_object_destroy")]
    public static partial void DestroyCheckpointObject(nint checkpoint);

    [LibraryImport(Library, EntryPoint = "rocksdb_flush_cf")]
    public static partial void Flush(Database database, nint options, ColumnFamily family, ref nint error);

    [LibraryImport(Library, EntryPoint = "rocksdb_flushoptions_create")]
    public static partial nint CreateFlushOptions();

    [LibraryImport(Library, EntryPoint = "rocksdb_flushoptions_destroy")]
    public static partial void DestroyFlushOptions(nint options);

    [LibraryImport(Library, EntryPoint = "rocksdb_compact_range_cf")]
    public static partial void CompactRange(Database database, ColumnFamily family, byte* from, nuint fromLength, byte* to, nuint toLength);

    [LibraryImport(Library, EntryPoint = "rocksdb_property_int_cf")]
    public static partial int GetProperty(Database database, ColumnFamily family, byte* name, out ulong value);
}
