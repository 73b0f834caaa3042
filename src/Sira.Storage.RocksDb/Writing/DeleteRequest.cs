using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.RocksDb.Writing;

internal sealed class DeleteRequest(StoreKey key, WriteCondition condition, StorageDurability durability) : WriteRequest<WriteResult>(durability)
{
    public override long Bytes => 0;

    public override void Stage(WriteScope scope)
    {
        var current = scope.TagOf(key);
        var isDone = !current.IsNone && condition.Holds(current);
        if (isDone)
        {
            scope.Delete(key);
        }

        Result = new WriteResult(isDone, isDone ? ETag.None : current);
    }
}
