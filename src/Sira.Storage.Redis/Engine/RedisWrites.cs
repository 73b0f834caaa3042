using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Redis.Client;
using Sira.Storage.Redis.Scripts;
using Sira.Storage.Writing;

namespace Sira.Storage.Redis.Engine;

/// <summary>The arguments of <see cref="WriteScript"/>: several writes that are made together.</summary>
internal sealed class RedisWrites
{
    // The server drops who sends more than 1 GiB at once; half of that is more than anybody should.
    private const long MaximumLength = 512L << 20;

    // A tag of another engine, which no value here has.
    private const long Foreign = -1;

    private static readonly byte[] Nothing = [];
    private static readonly RedisArgument Put = "P"u8.ToArray();
    private static readonly RedisArgument Delete = "D"u8.ToArray();
    private static readonly RedisArgument Check = "C"u8.ToArray();
    private static readonly RedisArgument Append = "A"u8.ToArray();

    private readonly List<RedisArgument> arguments;
    private long length;

    public RedisWrites(RedisSession session, int capacity) => arguments = new List<RedisArgument>(capacity) { session.Prefix, session.ChannelPrefix };

    public ReadOnlyMemory<RedisArgument> ToArguments() => length <= MaximumLength
        ? arguments.ToArray()
        : throw new ArgumentException($"Writes of {length} bytes together cannot be made at once, {MaximumLength} at most. Split them.");

    public void AddPut(in StoreKey key, ReadOnlyMemory<byte> value, in WriteCondition condition, TimeSpan? timeToLive)
    {
        AddHead(Put, key, Encode(condition));
        arguments.Add(timeToLive is { } kept ? (long)kept.TotalMilliseconds : 0L);
        arguments.Add(value);
        length += value.Length;
    }

    public void AddDelete(in StoreKey key, in WriteCondition condition) => AddHead(Delete, key, Encode(condition));

    public void AddAppend(in StoreKey stream, in ExpectedVersion expected, IReadOnlyList<EventData> events)
    {
        AddHead(Append, stream, expected.Version is { } version ? version : Nothing);
        arguments.Add(events.Count);
        foreach (var item in events)
        {
            arguments.Add(item.Type);
            arguments.Add(item.Data);
            length += item.Data.Length;
        }
    }

    public void Add(StoreOperation operation)
    {
        switch (operation.Kind)
        {
            case StoreOperationKind.Put:
                AddPut(operation.Key, operation.Value, operation.Condition, operation.TimeToLive);
                break;
            case StoreOperationKind.Append:
                AddAppend(operation.Key, operation.Expected, operation.Events);
                break;
            default:
                AddHead(operation.Kind is StoreOperationKind.Delete ? Delete : Check, operation.Key, Encode(operation.Condition));
                break;
        }
    }

    private static RedisArgument Encode(in WriteCondition condition) =>
        condition.IsNone ? Nothing : condition.ETag.IsNone ? 0L : condition.ETag.Number > 0 ? condition.ETag.Number : Foreign;

    private void AddHead(in RedisArgument kind, in StoreKey key, in RedisArgument condition)
    {
        arguments.Add(kind);
        arguments.Add(RedisKeys.Partition(key.Partition));
        arguments.Add(key.Name);
        arguments.Add(condition);
    }
}
