using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.RocksDb.Layout;

namespace Sira.Storage.RocksDb.Writing;

internal sealed class TrimRequest(StoreKey stream, long upTo, StorageDurability durability) : WriteRequest<long>(durability)
{
    public override long Bytes => 0;

    public override bool IsAlone => true;

    public override void Stage(WriteScope scope)
    {
        var head = scope.HeadOf(stream);
        Result = scope.Forget(stream, head, upTo);
        if (Result > 0)
        {
            scope.WriteHead(stream, new StreamHead(head.Version, head.First + Result));
        }
    }
}
