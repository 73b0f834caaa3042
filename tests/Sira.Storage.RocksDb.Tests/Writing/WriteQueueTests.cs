using Sira.Storage.Capabilities;
using Sira.Storage.Errors;
using Sira.Storage.RocksDb.Writing;

namespace Sira.Storage.RocksDb.Tests.Writing;

public sealed class WriteQueueTests
{
    private static readonly RocksDbErrors Errors = new("engine", "/folder");

    [Fact]
    public void Add_Full_IsRefusedAsBusy()
    {
        var queue = new WriteQueue(2, Errors);
        queue.Add(new Request());
        queue.Add(new Request());

        var refused = Assert.Throws<StorageException>(() => queue.Add(new Request()));

        Assert.Equal((StorageErrorKind.Busy, true, false), (refused.Kind, refused.IsTransient, refused.IsUncertain));
    }

    [Fact]
    public void Take_GivesWhatFits_InOrder_AndWhatMustBeAloneAlone()
    {
        var queue = new WriteQueue(100, Errors);
        Request[] requests = [new(), new(900_000), new(900_000), new(), new(5_000_000), new(isAlone: true), new()];
        foreach (var request in requests)
        {
            queue.Add(request);
        }

        Assert.False(queue.IsEmpty);
        foreach (var expected in (Request[][])[requests[..2], requests[2..4], requests[4..5], requests[5..6], requests[6..]])
        {
            Assert.Equal(expected, Take(queue));
        }

        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public async Task Take_CallerHasLeft_ItIsNotMade_AndWhoWasTakenStays()
    {
        var queue = new WriteQueue(100, Errors);
        Request[] requests = [new(), new(), new()];
        var waiting = requests.Select(static request => request.Wait()).ToArray();
        foreach (var request in requests)
        {
            queue.Add(request);
        }

        requests[1].Cancel(new CancellationToken(canceled: true));
        Assert.Equal([requests[0], requests[2]], Take(queue));
        requests[0].Cancel(new CancellationToken(canceled: true));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting[1]);
        Assert.False(waiting[0].IsCompleted);
    }

    [Fact]
    public void End_WhatWaitsIsStillGiven_AndNothingMoreIsTaken()
    {
        var queue = new WriteQueue(100, Errors);
        queue.Add(new Request());
        queue.End();

        Assert.Equal(StorageErrorKind.Closed, Assert.Throws<StorageException>(() => queue.Add(new Request())).Kind);
        Assert.Single(Take(queue));
        Assert.False(queue.Take([]));
    }

    private static List<WriteRequest> Take(WriteQueue queue)
    {
        var group = new List<WriteRequest>();
        Assert.True(queue.Take(group));
        return group;
    }

    private sealed class Request(long bytes = 0, bool isAlone = false) : WriteRequest<int>(StorageDurability.PowerLoss)
    {
        public override long Bytes => bytes;

        public override bool IsAlone => isAlone;

        public override void Stage(WriteScope scope) => throw new NotSupportedException();
    }
}
