using Sira.Storage.Capabilities;
using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Storage.RocksDb.Writing;

internal sealed class AppendRequest(StoreKey stream, ExpectedVersion expected, IReadOnlyList<EventData> events, StorageDurability durability) : WriteRequest<AppendResult>(durability)
{
    public override long Bytes { get; } = Measure(events);

    public static long Measure(IReadOnlyList<EventData> events)
    {
        long bytes = 0;
        for (var i = 0; i < events.Count; i++)
        {
            bytes += events[i].Data.Length;
        }

        return bytes;
    }

    public override void Stage(WriteScope scope)
    {
        var head = scope.HeadOf(stream);
        Result = expected.Holds(head.Version) ? scope.Append(stream, head, events) : new AppendResult(IsDone: false, head.Version);
    }
}
