using Sira.Storage.Capabilities;
using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>The logs of an SQLite engine.</summary>
internal sealed class SqliteEventLog(SqliteEngine engine, StorageCapabilities capabilities) : IEventLog
{
    public ValueTask<AppendResult> AppendAsync(StoreKey stream, ExpectedVersion expected, IReadOnlyList<EventData> events, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(stream, events, capabilities);
        var durability = StorageArguments.Check(options.Durability, capabilities);
        return engine.WriteAsync((stream, expected, events), static (tables, args) => Append(tables, args.stream, args.expected, args.events), durability, cancellationToken);
    }

    public ValueTask<EventPage> ReadAsync(StoreKey stream, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(stream, capabilities);
        StorageArguments.CheckRead(after, maximum);
        return engine.ReadAsync((stream, after, maximum), static (reader, args) => reader.ReadEvents(args.stream, args.after, args.maximum), cancellationToken);
    }

    public ValueTask<EventPage> ReadAllAsync(string @namespace, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default)
    {
        StorageArguments.CheckNamespace(@namespace);
        StorageArguments.CheckRead(after, maximum);
        return engine.ReadAsync((@namespace, after, maximum), static (reader, args) => reader.ReadAll(args.@namespace, args.after, args.maximum), cancellationToken);
    }

    public ValueTask<long> GetVersionAsync(StoreKey stream, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(stream, capabilities);
        return engine.ReadAsync(stream, static (reader, key) => reader.FindVersion(key), cancellationToken);
    }

    public ValueTask<long> TrimAsync(StoreKey stream, long upTo, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(stream, capabilities);
        return engine.WriteAsync((stream, upTo), static (tables, args) => tables.FindStream(args.stream) is (not 0, _) found ? tables.Trim(found.Id, args.upTo) : 0, capabilities.DefaultDurability, cancellationToken);
    }

    public ValueTask<bool> DeleteAsync(StoreKey stream, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(stream, capabilities);
        return engine.WriteAsync(stream, static (tables, key) => Delete(tables, key), capabilities.DefaultDurability, cancellationToken);
    }

    public ValueTask<StreamPage> ListAsync(StoreScan scan, CancellationToken cancellationToken = default)
    {
        var size = StorageArguments.Check(scan, capabilities);
        return engine.ReadAsync((scan, size), static (reader, args) => reader.ReadStreams(args.scan, args.size), cancellationToken);
    }

    private static AppendResult Append(SqliteTables tables, in StoreKey stream, ExpectedVersion expected, IReadOnlyList<EventData> events)
    {
        var found = tables.FindStream(stream);
        return expected.Holds(found.Version) ? tables.Append(stream, found, events) : new AppendResult(IsDone: false, found.Version);
    }

    private static bool Delete(SqliteTables tables, in StoreKey stream)
    {
        if (tables.FindStream(stream) is not (not 0, _) found)
        {
            return false;
        }

        tables.DeleteStream(found.Id);
        return true;
    }
}
