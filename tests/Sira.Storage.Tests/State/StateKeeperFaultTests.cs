using Sira.Storage.Errors;
using Sira.Storage.State;

namespace Sira.Storage.Tests.State;

/// <summary>The engine fails, or loses the answer, at each call: the state is that of some save, never less than the last that was acknowledged, and nothing is counted twice.</summary>
public sealed class StateKeeperFaultTests : KeeperSetup
{
    // More calls than a start over two slots, a save and a stop make.
    private const int Calls = 60;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FailureAtEachCall_CountsOnce(bool isMade)
    {
        var reached = 0;
        for (var at = 1; at <= Calls; at++)
        {
            Options = Options with { Namespace = $"state-{at}" };
            var (left, other) = (await StartAsync(new Tally().Add("calls", 1)), await StartAsync(new Tally().Add("calls", 10)));
            await left.StopAsync();
            await other.StopAsync();

            var acknowledged = await RunFailingAsync(at, isMade);
            reached = Math.Max(reached, acknowledged);
            Forget();

            var kept = (await ReadAsync())["calls"];
            Assert.True(kept is 11 or 111, $"call {at}: {kept}");
            Assert.True(kept >= acknowledged, $"call {at}: {kept} of {acknowledged}");
            Assert.Single(await NamesAsync("slot/"));
            Assert.Single(await NamesAsync("block/"));
        }

        Assert.Equal(111, reached);
    }

    // A process that takes over two slots, counts 100 and keeps it, over an engine that fails once and then for ever.
    private async Task<int> RunFailingAsync(int at, bool isMade)
    {
        var calls = 0;
        Func<string, int, Task> works = static (_, _) => Task.CompletedTask;
        Func<string, int, Task> fails = (_, _) => Interlocked.Increment(ref calls) >= at
            ? throw new StorageException(StorageErrorKind.Unavailable, "memory", "scripted failure.") { IsUncertain = isMade }
            : Task.CompletedTask;
        (Engine.Before, Engine.After) = isMade ? (works, fails) : (fails, works);
        var acknowledged = 11;
        StateKeeper? keeper = null;
        try
        {
            var tally = new Tally();
            keeper = await StartAsync(tally);
            tally.Add("calls", 100);
            await keeper.SaveAsync();
            acknowledged = 111;
            await keeper.StopAsync();
        }
        catch (Exception exception) when (exception is StorageException or Sira.Kernel.Backup.StateBackupException)
        {
            // As scripted.
        }
        finally
        {
            // It has died: while the next one reads it must not renew its lease.
            keeper?.Dispose();
            (Engine.Before, Engine.After) = (works, works);
        }

        return acknowledged;
    }
}
