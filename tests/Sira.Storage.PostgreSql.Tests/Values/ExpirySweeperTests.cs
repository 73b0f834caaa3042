using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Time;
using Sira.Storage.PostgreSql.Connections;
using Sira.Storage.PostgreSql.Tests.Support;
using Sira.Storage.PostgreSql.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.PostgreSql.Tests.Values;

public sealed class ExpirySweeperTests : PostgreSqlTest
{
    [Fact]
    public async Task SweepAsync_DeletesWhatHasExpired_InSteps_AndNothingElse()
    {
        var options = SharedServer.Options(SharedServer.NewName("expiry"));
        var engine = NewEngine(options);
        var batch = new StoreBatch();
        for (var i = 0; i < 2500; i++)
        {
            batch.Put(Key($"{i}"), Bytes("1"), timeToLive: TimeSpan.FromMilliseconds(1));
        }

        await engine.Store.WriteAsync(batch.Put(Key("hour"), Bytes("1"), timeToLive: TimeSpan.FromHours(1)).Put(Key("ever"), Bytes("1")));
        await Task.Delay(20);
        Assert.Equal(2502L, await SharedServer.AskAsync($"SELECT count(*) FROM {options.Schema}.value"));
        await using var database = new Database(options, TimeProvider.System, new SystemRandomSource(), NullLogger.Instance);
        await using var sweeper = new ExpirySweeper(database);

        Assert.Equal(2500, await sweeper.SweepAsync(CancellationToken.None));

        Assert.Equal(2L, await SharedServer.AskAsync($"SELECT count(*) FROM {options.Schema}.value"));
        Assert.Equal(["ever", "hour"], (await engine.Store.ScanAsync(new(Partition))).Items.Select(static item => item.Name));
    }

    [Fact]
    public async Task Engine_SweepsByItself()
    {
        var options = SharedServer.Options(SharedServer.NewName("expiry")) with { ExpiryInterval = TimeSpan.FromSeconds(1) };
        await NewEngine(options).Store.PutAsync(Key("a"), Bytes("1"), new() { TimeToLive = TimeSpan.FromMilliseconds(1) });

        while (!Equals(await SharedServer.AskAsync($"SELECT count(*) FROM {options.Schema}.value"), 0L))
        {
            await Task.Delay(50);
        }
    }
}
