using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.RocksDb.Writing;

internal sealed class PutRequest(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options, StorageDurability durability) : WriteRequest<WriteResult>(durability)
{
    public override long Bytes => value.Length;

    public override void Stage(WriteScope scope)
    {
        var current = options.Condition.IsNone ? ETag.None : scope.TagOf(key);
        Result = options.Condition.Holds(current) ? new WriteResult(IsDone: true, scope.Put(key, value.Span, options.TimeToLive)) : new WriteResult(IsDone: false, current);
    }
}
