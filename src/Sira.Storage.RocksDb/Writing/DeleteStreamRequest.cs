using Sira.Storage.Capabilities;
using Sira.Storage.Keys;

namespace Sira.Storage.RocksDb.Writing;

internal sealed class DeleteStreamRequest(StoreKey stream, StorageDurability durability) : WriteRequest<bool>(durability)
{
    public override long Bytes => 0;

    public override bool IsAlone => true;

    public override void Stage(WriteScope scope)
    {
        var head = scope.HeadOf(stream);
        Result = head.Version > 0;
        if (Result)
        {
            scope.Forget(stream, head, head.Version);
            scope.DeleteHead(stream);
        }
    }
}
