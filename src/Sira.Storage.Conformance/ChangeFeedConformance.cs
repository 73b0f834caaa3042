using Sira.Storage.Capabilities;
using Sira.Storage.Changes;
using Sira.Storage.Events;
using Sira.Storage.Values;
using Sira.Storage.Writing;
using Xunit;

namespace Sira.Storage.Conformance;

/// <summary>Telling of writes.</summary>
public abstract class ChangeFeedConformance : StorageConformance
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private IChangeFeed Feed
    {
        get
        {
            Needs(StorageFeatures.ChangeFeed);
            return Engine.Changes!;
        }
    }

    [Fact]
    public async Task SubscribeAsync_EveryWriteAfterIt_IsToldOf()
    {
        await using var subscription = await Feed.SubscribeAsync(Partition);
        var tag = (await Store.PutAsync(Key("a"), Bytes("1"))).ETag;
        await Store.PutAsync((Partition with { Tenant = "other" }).Key("not ours"), Bytes("1"));
        await Store.DeleteAsync(Key("a"));
        await Store.DeleteAsync(Key("never there"));
        await Store.PutAsync(Key("end"), Bytes("1"));

        var changes = await UntilAsync(subscription, "end");

        Assert.Equal([(ChangeKind.Put, "a", tag), (ChangeKind.Delete, "a", ETag.None)], changes.Take(2).Select(static change => (change.Kind, change.Key.Name, change.ETag)));
        Assert.Equal(3, changes.Count);
        Assert.All(changes, change => Assert.Equal(Partition, change.Key.Partition));
    }

    [Fact]
    public async Task SubscribeAsync_Batches_AndAppends_AreToldOf_RefusedWritesAreNot()
    {
        Needs(StorageFeatures.AtomicBatch | StorageFeatures.Conditions | StorageFeatures.EventLog);
        await using var subscription = await Feed.SubscribeAsync(Partition);
        await Store.WriteAsync(new StoreBatch().Put(Key("a"), Bytes("1")).Put(Key("b"), Bytes("1")));
        await Store.WriteAsync(new StoreBatch().Put(Key("c"), Bytes("1")).Put(Key("b"), Bytes("1"), WriteCondition.Absent));
        await Store.PutAsync(Key("a"), Bytes("2"), new(WriteCondition.Absent));
        await Engine.Events!.AppendAsync(Key("s"), ExpectedVersion.New, [Event("1")]);
        await Engine.Events.AppendAsync(Key("s"), ExpectedVersion.New, [Event("1")]);
        await Store.PutAsync(Key("end"), Bytes("1"));

        var changes = await UntilAsync(subscription, "end");

        Assert.Equal([(ChangeKind.Put, "a"), (ChangeKind.Put, "b"), (ChangeKind.Append, "s"), (ChangeKind.Put, "end")], changes.Select(static change => (change.Kind, change.Key.Name)));
    }

    [Fact]
    public async Task SubscribeAsync_Concurrent_TheLastChangeOfAKey_IsItsLastTag()
    {
        await using var subscription = await Feed.SubscribeAsync(Partition);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await Store.PutAsync(Key("a"), Bytes($"{i}"));
            }
        })));
        await Store.PutAsync(Key("end"), Bytes("1"));

        var changes = await UntilAsync(subscription, "end");

        Assert.Equal((await Store.GetAsync(Key("a")))!.Value.ETag, changes.Last(static change => change.Key.Name == "a").ETag);
        Assert.Equal(120, changes.Count(static change => change.Key.Name == "a"));
    }

    [Fact]
    public async Task Subscription_ReaderIsSlow_IsToldThatItMissedSome()
    {
        await using var subscription = await Feed.SubscribeAsync(Partition);
        for (var i = 0; i < ChangeQueue.DefaultCapacity + 200; i++)
        {
            await Store.PutAsync(Key("a"), Bytes("1"));
        }

        using var patience = new CancellationTokenSource(Patience);
        await foreach (var change in subscription.WithCancellation(patience.Token))
        {
            if (change.Kind is ChangeKind.Missed)
            {
                return;
            }
        }

        Assert.Fail("It was not told.");
    }

    [Fact]
    public async Task Subscription_DisposedOf_Ends()
    {
        var subscription = await Feed.SubscribeAsync(Partition);
        var reading = Task.Run(async () =>
        {
            await foreach (var _ in subscription)
            {
                // Until it ends.
            }
        });

        await subscription.DisposeAsync();
        await subscription.DisposeAsync();

        await reading.WaitAsync(Patience);
        await Store.PutAsync(Key("a"), Bytes("1"));
    }

    private static async Task<List<StoreChange>> UntilAsync(IChangeSubscription subscription, string name)
    {
        using var patience = new CancellationTokenSource(Patience);
        var changes = new List<StoreChange>();
        await foreach (var change in subscription.WithCancellation(patience.Token))
        {
            changes.Add(change);
            if (change.Key.Name == name)
            {
                return changes;
            }
        }

        throw new InvalidOperationException("The subscription ended.");
    }
}
