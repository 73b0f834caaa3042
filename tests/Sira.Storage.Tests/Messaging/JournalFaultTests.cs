using Sira.Kernel.Messaging.Journal;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Messaging;
using Sira.Testing.Messaging;

namespace Sira.Storage.Tests.Messaging;

/// <summary>The faults are those of the engine, at each of its calls, so also between the calls that one of the journal makes.</summary>
public sealed class JournalFaultTests : JournalFaultContract
{
    [Fact]
    public async Task Full_AtEachCall_KeepsTheOrderAndLosesNothing()
    {
        var calls = int.MaxValue;
        for (var full = 1; full <= calls; full++)
        {
            var number = full;
            calls = await RunAsync(full, call => call == number ? new JournalFault(Fails: true, IsFull: true) : default);
        }

        Assert.InRange(calls, 10, 1000);
    }

    protected override IMessageJournal Create(TimeProvider time, Func<int, JournalFault> schedule) =>
        new StorageMessageJournal(new FaultyEngine(new MemoryEngine(time: time), time, schedule), new() { CacheBytes = 0, PollInterval = TimeSpan.FromMinutes(5) }, time);
}
