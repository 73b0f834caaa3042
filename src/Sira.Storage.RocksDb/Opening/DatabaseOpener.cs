using System.Buffers.Binary;
using System.Globalization;
using Sira.Storage.Errors;
using Sira.Storage.RocksDb.Native;

namespace Sira.Storage.RocksDb.Opening;

/// <summary>Opens a database, after seeing whether it is one of ours, and makes it where it is missing. Blocks for as long as recovering takes.</summary>
internal sealed class DatabaseOpener(RocksDbEngineOptions options, TimeProvider time, RocksDbErrors errors)
{
    private const int SchemaVersion = 1;

    // 10 bits for a key find all but one in a hundred of those that are not there, says RocksDB's wiki.
    private const double BloomBits = 10;

    private const long ReclaimSeconds = 24 * 60 * 60;
    private const int MaximumOpenFiles = 1000;
    private const long MaximumInformationLog = 4 * 1024 * 1024;

    private static ReadOnlySpan<byte> SchemaKey => "schema"u8;

    private string Folder => Path.GetFullPath(options.Path);

    /// <summary>Opens it.</summary>
    /// <exception cref="StorageException">It cannot be opened, or is none of ours.</exception>
    public OpenDatabase Open()
    {
        if (!NativeLibraryResolver.IsAvailable)
        {
            throw errors.Translate(new DllNotFoundException());
        }

        try
        {
            return OpenChecked();
        }
        catch (Exception exception) when (exception is not StorageException)
        {
            throw errors.Translate(exception);
        }
    }

    private OpenDatabase OpenChecked()
    {
        var isThere = File.Exists(Path.Combine(Folder, "CURRENT"));
        if (!isThere)
        {
            if (!options.CreateIfMissing || options.IsReadOnly)
            {
                throw errors.Of(StorageErrorKind.Unavailable, $"There is no database in '{Folder}'. Correct the path, or set {nameof(RocksDbEngineOptions.CreateIfMissing)}");
            }

            if (Directory.Exists(Folder) && Directory.EnumerateFiles(Folder, "*.sst").Any())
            {
                throw errors.Of(StorageErrorKind.Corrupt, $"'{Folder}' has tables of a database and no CURRENT file, which names the valid ones. Restore a backup");
            }

            Directory.CreateDirectory(Folder);
        }

        using var cache = new BlockCache(options.BlockCacheBytes);
        using var filter = new CompactionFilter(new ExpiryReclaim(time));
        using var plain = new DatabaseOptions(Settings());
        using var withFilter = new DatabaseOptions(Settings());
        plain.UseTables(cache, BloomBits);
        withFilter.UseTables(cache, BloomBits);
        withFilter.UseFilter(filter);
        if (isThere)
        {
            CheckFamilies(plain);
        }

        var native = Database.Open(Folder, plain, [.. Keyspaces.All.Select(name => (name, name == Keyspaces.Values ? withFilter : plain))], options.IsReadOnly);
        var database = new OpenDatabase(native, time);
        try
        {
            CheckSchema(database);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    // Before it is opened for writing, which would change what is not ours.
    private void CheckFamilies(DatabaseOptions plain)
    {
        var there = Database.ListFamilies(Folder, plain);
        if (there.FirstOrDefault(static name => !Keyspaces.All.Contains(name)) is { } unknown)
        {
            throw errors.Of(StorageErrorKind.Incompatible, $"The database in '{Folder}' has a column family '{unknown}', which this version does not know: it belongs to a newer version or to another program. Choose another folder");
        }

        if (there.Count == Keyspaces.All.Count)
        {
            return;
        }

        // Making the database may have been interrupted: then it is still empty.
        using var native = Database.Open(Folder, plain, [.. there.Select(name => (name, plain))], isReadOnly: true);
        foreach (var family in native.Families)
        {
            using var reads = new ReadOptions();
            using var iterator = new Iterator(native, reads, family);
            if (iterator.First())
            {
                throw errors.Of(StorageErrorKind.Incompatible, $"The database in '{Folder}' belongs to another program. Choose another folder");
            }
        }
    }

    private void CheckSchema(OpenDatabase database)
    {
        using (var found = database.Native.Get(database.Meta, database.Reads, SchemaKey))
        {
            if (found.IsThere)
            {
                var version = found.Bytes.Length == sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(found.Bytes) : throw new NativeException($"Corruption: the version of the schema has {found.Bytes.Length} bytes");
                if (version != SchemaVersion)
                {
                    throw errors.Of(StorageErrorKind.Incompatible, $"The database in '{Folder}' has version {version} of the schema, and this version knows {SchemaVersion}. Use a newer version");
                }

                return;
            }
        }

        foreach (var family in database.Native.Families)
        {
            using var iterator = new Iterator(database.Native, database.Reads, family);
            if (iterator.First())
            {
                throw errors.Of(StorageErrorKind.Incompatible, $"The database in '{Folder}' has no version of a schema: it belongs to another program. Choose another folder");
            }
        }

        if (options.IsReadOnly)
        {
            throw errors.Of(StorageErrorKind.Unavailable, $"The database in '{Folder}' has not been made to its end. Open it for writing first");
        }

        Span<byte> value = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(value, SchemaVersion);
        using var synced = new WriteOptions(sync: true);
        database.Native.Put(database.Meta, synced, SchemaKey, value);
    }

    // A crash may tear the end of the log and nothing else: whatever else does not fit its checksum is damage, and refused. RocksDB's default would end there without a word, with what comes after it lost.
    private string Settings() => string.Create(CultureInfo.InvariantCulture, $"""
        create_if_missing={(options.IsReadOnly ? 0 : 1)};create_missing_column_families={(options.IsReadOnly ? 0 : 1)};paranoid_checks=true;wal_recovery_mode=kTolerateCorruptedTailRecords;
        db_write_buffer_size={options.WriteBufferBytes};write_buffer_size={options.WriteBufferBytes};max_total_wal_size={4 * options.WriteBufferBytes};max_open_files={MaximumOpenFiles};
        keep_log_file_num=4;max_log_file_size={MaximumInformationLog};info_log_level=WARN_LEVEL;stats_dump_period_sec=0;stats_persist_period_sec=0;
        compression={CompressionName()};level_compaction_dynamic_level_bytes=true;periodic_compaction_seconds={ReclaimSeconds}
        """).ReplaceLineEndings(string.Empty);

    private string CompressionName() => options.Compression switch
    {
        RocksDbCompression.Snappy => "kSnappyCompression",
        RocksDbCompression.Lz4 => "kLZ4Compression",
        RocksDbCompression.Zstd => "kZSTD",
        _ => "kNoCompression",
    };
}
