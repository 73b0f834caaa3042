using System.Globalization;
using Sira.Storage.Changes;
using Sira.Storage.Events;
using Sira.Storage.PostgreSql.Tests.Support;
using Sira.Storage.Writing;

namespace Sira.Storage.PostgreSql.Tests.Sharing;

/// <summary>Engines that share nothing but the database, as two processes do.</summary>
public sealed class TwoEnginesTests : PostgreSqlTest
{
    [Fact]
    public async Task Counter_ByConditions_LosesNoStep()
    {
        PostgreSqlEngine[] engines = [NewEngine(), NewEngine()];
        await engines[0].Store.PutAsync(Key("n"), Bytes("0"));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            var store = engines[worker % 2].Store;
            for (var done = 0; done < 25;)
            {
                var entry = (await store.GetAsync(Key("n")))!.Value;
                var next = int.Parse(Text(entry)!, CultureInfo.InvariantCulture) + 1;
                done += (await store.PutAsync(Key("n"), Bytes($"{next}"), new(WriteCondition.Unchanged(entry.ETag)))).IsDone ? 1 : 0;
            }
        })));

        Assert.Equal("200", Text(await engines[1].Store.GetAsync(Key("n"))));
    }

    [Fact]
    public async Task Changes_OfTheOther_AreToldOf_AlsoOfTheLongestNames()
    {
        var (writer, reader) = (NewEngine(), NewEngine());
        var longest = Partition with { Tenant = new string('\0', 256) };
        await using var subscription = await reader.Changes.SubscribeAsync(longest);
        var name = string.Concat(Enumerable.Repeat("\U0001F9E0", 256));

        var tag = (await writer.Store.PutAsync(longest.Key(name), Bytes("1"))).ETag;
        await writer.Store.DeleteAsync(longest.Key(name));
        await writer.Events.AppendAsync(longest.Key("s"), ExpectedVersion.New, [Event("1")]);

        Assert.Equal(
            [new(ChangeKind.Put, longest.Key(name), tag), new(ChangeKind.Delete, longest.Key(name), default), new(ChangeKind.Append, longest.Key("s"), default)],
            await TakeAsync(subscription, 3));
    }

    [Fact]
    public async Task Changes_NobodyListensAnyMore_TheListenIsForgotten_AndOthersStillHear()
    {
        var (writer, first, second) = (NewEngine(), NewEngine(), NewEngine());
        var ended = await first.Changes.SubscribeAsync(Partition);
        await using var subscription = await second.Changes.SubscribeAsync(Partition);
        await ended.DisposeAsync();
        await first.DisposeAsync();

        await writer.Store.PutAsync(Key("a"), Bytes("1"));

        Assert.Equal("a", Assert.Single(await TakeAsync(subscription, 1)).Key.Name);
    }

    [Fact]
    public async Task Changes_ConnectionIsEnded_SubscriberIsTold_AndHearsAgain()
    {
        var schema = SharedServer.NewName("ended");
        var (writer, reader) = (NewEngine(SharedServer.Options(schema)), NewEngine(SharedServer.Options(schema)));
        await using var subscription = await reader.Changes.SubscribeAsync(Partition);

        Assert.Equal(true, await SharedServer.AskAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN {schema}_changes' OR (query LIKE '%pg_locks%{schema}%' AND pid <> pg_backend_pid()) LIMIT 1"));

        Assert.Equal(ChangeKind.Missed, Assert.Single(await TakeAsync(subscription, 1)).Kind);
        await writer.Store.PutAsync(Key("a"), Bytes("1"));
        Assert.Equal("a", Assert.Single(await TakeAsync(subscription, 1)).Key.Name);
    }

    [Fact]
    public async Task Changes_NoneOfOurs_IsTakenForMissed()
    {
        var schema = SharedServer.NewName("foreign");
        await using var subscription = await NewEngine(SharedServer.Options(schema)).Changes.SubscribeAsync(Partition);

        await SharedServer.RunAsync($"SELECT pg_notify('{schema}_changes', 'P x y z')");

        Assert.Equal(ChangeKind.Missed, Assert.Single(await TakeAsync(subscription, 1)).Kind);
    }

    private static async Task<List<StoreChange>> TakeAsync(IChangeSubscription subscription, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var changes = new List<StoreChange>();
        await foreach (var change in subscription.WithCancellation(patience.Token))
        {
            changes.Add(change);
            if (changes.Count == count)
            {
                break;
            }
        }

        return changes;
    }
}
