using Sira.Storage.Capabilities;
using Sira.Storage.Events;
using Sira.Storage.PostgreSql.Tests.Support;
using Sira.Storage.Writing;

namespace Sira.Storage.PostgreSql.Tests.Events;

public sealed class GlobalOrderTests : PostgreSqlTest
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ReadAllAsync_ReadersThatFollow_SeeEachEventOnce_InAscendingOrder(int seed)
    {
        PostgreSqlEngine[] engines = [NewEngine(), NewEngine()];
        var isDone = false;
        var reading = Enumerable.Range(0, 3).Select(reader => Task.Run(() => FollowAsync(engines[reader % 2], () => Volatile.Read(ref isDone)))).ToList();

        var appended = await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() => AppendAsync(engines[worker % 2], worker, new Random((seed * 100) + worker)))));
        Volatile.Write(ref isDone, true);

        var followed = await Task.WhenAll(reading);
        foreach (var seen in followed)
        {
            Assert.Equal(seen.Select(static item => item.Position).Distinct().Order(), seen.Select(static item => item.Position));
            Assert.Equal(appended.Sum(), seen.Count);
            Assert.Equal(followed[0].Select(static item => (item.Position, item.Stream, item.Version)), seen.Select(static item => (item.Position, item.Stream, item.Version)));
            Assert.All(seen.GroupBy(static item => item.Stream), static stream => Assert.Equal(Enumerable.Range(1, stream.Count()).Select(static version => (long)version), stream.Select(static item => item.Version)));
        }
    }

    private async Task<List<StoredEvent>> FollowAsync(PostgreSqlEngine engine, Func<bool> isDone)
    {
        var seen = new List<StoredEvent>();
        for (long after = 0; ;)
        {
            var wasDone = isDone();
            var page = await engine.Events.ReadAllAsync(Partition.Namespace, after, 20);
            seen.AddRange(page.Events);
            after = page.Next;
            if (page.IsEnd && wasDone)
            {
                return seen;
            }
        }
    }

    // Alone, in batches with values, over two streams, durably and not, on condition and not.
    private async Task<int> AppendAsync(PostgreSqlEngine engine, int worker, Random random)
    {
        var count = 0;
        for (var i = 0; i < 25; i++)
        {
            var stream = Key($"s{random.Next(5)}");
            EventData[] events = [.. Enumerable.Range(0, random.Next(1, 4)).Select(part => Event($"{worker}.{i}.{part}"))];
            var isBatch = random.Next(3) == 0;
            var isDone = isBatch ? (await engine.Store.WriteAsync(new StoreBatch().Put(Key($"v{random.Next(3)}"), Bytes("x")).Append(stream, ExpectedVersion.Any, events).Append(Key($"t{random.Next(3)}"), ExpectedVersion.Any, [Event("t")]))).IsDone
                : random.Next(2) == 0 ? (await engine.Events.AppendAsync(stream, ExpectedVersion.Any, events, new(random.Next(2) == 0 ? null : StorageDurability.ProcessCrash))).IsDone
                : (await engine.Events.AppendAsync(stream, ExpectedVersion.Of(await engine.Events.GetVersionAsync(stream)), events)).IsDone;
            count += isDone ? events.Length + (isBatch ? 1 : 0) : 0;
        }

        return count;
    }
}
