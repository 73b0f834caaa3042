using System.Globalization;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.Writing;
using Xunit;

namespace Sira.Storage.Conformance;

/// <summary>Many callers at once, and callers that leave.</summary>
public abstract class ConcurrencyConformance : StorageConformance
{
    [Fact]
    public async Task Counter_ByConditions_LosesNoStep()
    {
        Needs(StorageFeatures.Conditions);
        await Store.PutAsync(Key("n"), Bytes("0"));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < 25;)
            {
                var entry = (await Store.GetAsync(Key("n")))!.Value;
                var next = int.Parse(Text(entry)!, CultureInfo.InvariantCulture) + 1;
                done += (await Store.PutAsync(Key("n"), Bytes($"{next}"), new(WriteCondition.Unchanged(entry.ETag)))).IsDone ? 1 : 0;
            }
        })));

        Assert.Equal("200", await ReadAsync("n"));
    }

    [Fact]
    public async Task Absent_ManyAtOnce_OneWins()
    {
        Needs(StorageFeatures.Conditions);
        for (var round = 0; round < 20; round++)
        {
            var key = Key($"{round}");
            var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () => await Store.PutAsync(key, Bytes($"{worker}"), new(WriteCondition.Absent)))));

            var winner = Assert.Single(results, static result => result.IsDone);
            Assert.All(results, result => Assert.Equal(winner.ETag, result.ETag));
        }
    }

    [Fact]
    public async Task Register_IsLinearizable()
    {
        Needs(StorageFeatures.Conditions);
        for (var seed = 0; seed < 10; seed++)
        {
            var history = await RegisterHistory.RecordAsync(Store, Key($"register {seed}"), seed, workers: 4, operations: 12);
            Assert.True(history.IsLinearizable(), $"No order explains what the callers saw (seed {seed}):\n{history}");
        }
    }

    [Fact]
    public async Task Cancelled_BeforeItBegins_NothingIsDone()
    {
        var gone = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.PutAsync(Key("a"), Bytes("1"), default, gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.GetAsync(Key("a"), gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.DeleteAsync(Key("a"), default, gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.WriteAsync(new StoreBatch().Put(Key("b"), Bytes("1")), gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.ScanAsync(new StoreScan(Partition), gone));

        Assert.Equal((null, null), (await ReadAsync("a"), await ReadAsync("b")));
    }

    [Fact]
    public async Task Cancelled_AtAnyMoment_WritesAreWholeOrNot_AndTheEngineGoesOn()
    {
        Needs(StorageFeatures.AtomicBatch);
        var random = new Random(7);
        for (var i = 0; i < 100; i++)
        {
            using var source = new CancellationTokenSource();
            var writing = Task.Run(async () => await Store.WriteAsync(new StoreBatch().Put(Key($"{i}a"), Bytes("1")).Put(Key($"{i}b"), Bytes("1")), source.Token));
            for (var turns = random.Next(2000); turns > 0; turns--)
            {
                Thread.SpinWait(10);
            }

            await source.CancelAsync();
            var made = await Record.ExceptionAsync(() => writing) is null;

            var there = (await Store.GetAsync(Key($"{i}a")) is not null, await Store.GetAsync(Key($"{i}b")) is not null);
            Assert.Equal(there.Item1, there.Item2);
            Assert.True(!made || there.Item1, "It was said to be made, and is not there.");
        }
    }

    [Fact]
    public async Task Closed_Engine_SaysSo()
    {
        await Engine.DisposeAsync();
        await Engine.DisposeAsync();

        var closed = await Assert.ThrowsAsync<Errors.StorageException>(async () => await Store.GetAsync(Key("a")));

        Assert.Equal(Errors.StorageErrorKind.Closed, closed.Kind);
        Assert.Contains(Engine.Name, closed.Message, StringComparison.Ordinal);
    }
}
