using Sira.Storage.Capabilities;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Redis.Client;
using Sira.Storage.Redis.Client.Protocol;
using Sira.Storage.Redis.Scripts;

namespace Sira.Storage.Redis.Engine;

/// <summary>The logs of a Redis engine, in streams of Redis.</summary>
internal sealed class RedisEventLog(RedisSession session, StorageCapabilities capabilities) : IEventLog
{
    // What a page of large events may have before it ends early.
    private const int MaximumPageBytes = 8 << 20;

    public async ValueTask<AppendResult> AppendAsync(StoreKey stream, ExpectedVersion expected, IReadOnlyList<EventData> events, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(stream, events, capabilities);
        StorageArguments.Check(options.Durability, capabilities);
        var writes = new RedisWrites(session, capacity: 7 + (2 * events.Count));
        writes.AddAppend(stream, expected, events);
        var answer = await session.RunAsync(WriteScript.Instance, writes.ToArguments(), cancellationToken).ConfigureAwait(false);
        var version = answer.Items[1].ToInteger();
        return WriteScript.RefusedAt(answer) >= 0 ? new AppendResult(IsDone: false, version) : new AppendResult(IsDone: true, version, answer.Items[2].ToInteger());
    }

    public async ValueTask<EventPage> ReadAsync(StoreKey stream, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(stream, capabilities);
        StorageArguments.CheckRead(after, maximum);
        RedisArgument[] arguments = [session.Prefix, RedisKeys.Partition(stream.Partition), stream.Name, after, maximum, MaximumPageBytes];
        var answer = await session.RunAsync(StreamScripts.Read, arguments, cancellationToken).ConfigureAwait(false);
        var found = answer.Items[1].Items;
        var events = new StoredEvent[found.Length];
        for (var i = 0; i < events.Length; i++)
        {
            events[i] = ToEvent(stream, found[i]);
        }

        var next = events.Length > 0 ? events[^1].Version : after;
        return new EventPage(events, next, events.Length == 0 || next >= answer.Items[0].ToInteger());
    }

    public async ValueTask<EventPage> ReadAllAsync(string @namespace, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.CheckNamespace(@namespace);
        StorageArguments.CheckRead(after, maximum);
        RedisArgument[] arguments = [session.Prefix, @namespace, after, maximum, MaximumPageBytes];
        var answer = await session.RunAsync(StreamScripts.ReadAll, arguments, cancellationToken).ConfigureAwait(false);
        var found = answer.Items[1].Items;
        var events = new StoredEvent[found.Length / 3];
        for (var i = 0; i < events.Length; i++)
        {
            var partition = RedisKeys.ToPartition(found[3 * i]);
            events[i] = ToEvent(partition.Key(found[(3 * i) + 1].ToString()), found[(3 * i) + 2]);
        }

        return new EventPage(events, events.Length > 0 ? events[^1].Position : after, answer.Items[0].ToInteger() == 0);
    }

    public async ValueTask<long> GetVersionAsync(StoreKey stream, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(stream, capabilities);
        byte[] key = [.. System.Text.Encoding.UTF8.GetBytes(session.Prefix), .. "w:"u8, .. RedisKeys.Partition(stream.Partition)];
        var version = await session.ReadAsync(new RedisCommand("HGET", key, stream.Name) { IsIdempotent = true }, cancellationToken).ConfigureAwait(false);
        return version.IsNull ? 0 : version.ToInteger();
    }

    public async ValueTask<long> TrimAsync(StoreKey stream, long upTo, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(stream, capabilities);
        ArgumentOutOfRangeException.ThrowIfNegative(upTo);
        RedisArgument[] arguments = [session.Prefix, RedisKeys.Partition(stream.Partition), stream.Name, upTo];
        return (await session.RunAsync(StreamScripts.Trim, arguments, cancellationToken).ConfigureAwait(false)).ToInteger();
    }

    public async ValueTask<bool> DeleteAsync(StoreKey stream, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(stream, capabilities);
        RedisArgument[] arguments = [session.Prefix, RedisKeys.Partition(stream.Partition), stream.Name];
        return (await session.RunAsync(StreamScripts.Delete, arguments, cancellationToken).ConfigureAwait(false)).ToInteger() == 1;
    }

    public async ValueTask<StreamPage> ListAsync(StoreScan scan, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var size = StorageArguments.Check(scan, capabilities);
        var (from, to) = RedisKeys.Bounds(scan);
        RedisArgument[] arguments = [session.Prefix, RedisKeys.Partition(scan.Partition), from, to, size + 1];
        var answer = await session.RunAsync(StreamScripts.List, arguments, cancellationToken).ConfigureAwait(false);
        var found = answer.Items.Length / 2;
        var streams = new StreamInfo[Math.Min(found, size)];
        for (var i = 0; i < streams.Length; i++)
        {
            streams[i] = new StreamInfo(answer.Items[2 * i].ToString(), answer.Items[(2 * i) + 1].ToInteger());
        }

        return new StreamPage(streams, found > size ? streams[^1].Name : null);
    }

    // Its id, and its fields: type, data, time and position, each behind its name.
    private static StoredEvent ToEvent(in StoreKey stream, in RespValue entry)
    {
        var id = entry.Items[0].Bytes.Span;
        var fields = entry.Items[1].Items;
        var version = RespValue.String(id[..id.IndexOf((byte)'-')].ToArray()).ToInteger();
        return new StoredEvent(stream, version, fields[7].ToInteger(), fields[1].ToString(), fields[3].Bytes, DateTimeOffset.FromUnixTimeMilliseconds(fields[5].ToInteger()));
    }
}
