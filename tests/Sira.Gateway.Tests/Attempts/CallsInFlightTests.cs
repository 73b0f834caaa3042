using Sira.Gateway.Attempts;
using Sira.Kernel.Time;

namespace Sira.Gateway.Tests.Attempts;

public class CallsInFlightTests
{
    [Fact]
    public async Task Quiesce_WaitsForThoseThatHadBegun_AndNotForThoseThatBeginMeanwhile()
    {
        var calls = new CallsInFlight();
        var before = calls.Enter(isNew: true);
        var quiet = calls.QuiesceAsync(TestContext.Current.CancellationToken);
        Assert.False(quiet.IsCompleted);
        var after = calls.Enter(isNew: true);

        calls.Exit(before);
        await quiet;

        Assert.Equal(1, calls.Count);
        calls.Exit(after);
        Assert.Equal(0, calls.Count);
    }

    [Fact]
    public async Task Quiesce_Twice_EachWaitsForItsOwn()
    {
        var calls = new CallsInFlight();
        var first = calls.Enter(isNew: true);
        var one = calls.QuiesceAsync(TestContext.Current.CancellationToken);
        var second = calls.Enter(isNew: true);
        var two = calls.QuiesceAsync(TestContext.Current.CancellationToken);

        calls.Exit(first);
        await one;
        Assert.False(two.IsCompleted);
        calls.Exit(second);
        await two;
    }

    [Fact]
    public async Task Quiesce_Cancelled_LeavesTheNextOneWhole()
    {
        var calls = new CallsInFlight();
        var call = calls.Enter(isNew: true);
        using var cancel = new CancellationTokenSource();
        var given = calls.QuiesceAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);

        var next = calls.QuiesceAsync(TestContext.Current.CancellationToken);
        Assert.False(next.IsCompleted);
        calls.Exit(call);
        await next;
    }

    [Fact]
    public void Enter_WhileDraining_RefusesNewOnesOnly()
    {
        var calls = new CallsInFlight();
        var call = calls.Enter(isNew: true);
        var drained = calls.DrainAsync(TestContext.Current.CancellationToken);

        Assert.Equal(CallsInFlight.Refused, calls.Enter(isNew: true));
        var next = calls.Enter(isNew: false);
        calls.Exit(CallsInFlight.Refused);
        calls.Exit(call);
        Assert.False(drained.IsCompleted);
        calls.Exit(next);

        Assert.True(drained.IsCompletedSuccessfully);
    }

    // What the lanes are for: whoever read the state before a change has ended when the waiting after it has.
    [Fact]
    public async Task Quiesce_UnderLoad_NoReaderOfTheOldStateIsLeft()
    {
        var calls = new CallsInFlight();
        var current = new State();
        var stop = false;
        var readers = Enumerable.Range(0, 3).Select(index => new Thread(() =>
        {
            var random = new SeededRandomSource(index);
            while (!Volatile.Read(ref stop))
            {
                var lane = calls.Enter(isNew: true);
                var seen = Volatile.Read(ref current);
                Thread.SpinWait(random.Next(50));
                Thread.Yield();
                if (Volatile.Read(ref seen.Gone))
                {
                    Interlocked.Increment(ref seen.UsedAfterwards);
                }

                calls.Exit(lane);
            }
        })).ToArray();
        Array.ForEach(readers, static reader => reader.Start());
        var olds = new List<State>();
        for (var change = 0; change < 300; change++)
        {
            var old = Interlocked.Exchange(ref current, new State());
            await calls.QuiesceAsync(TestContext.Current.CancellationToken);
            Volatile.Write(ref old.Gone, true);

            // Away from the reader that was the last one out.
            await Task.Yield();
            olds.Add(old);
        }

        Volatile.Write(ref stop, true);
        Array.ForEach(readers, static reader => reader.Join());
        Assert.All(olds, static old => Assert.Equal(0, old.UsedAfterwards));
        Assert.Equal(0, calls.Count);
    }

    private sealed class State
    {
        public bool Gone;
        public int UsedAfterwards;
    }
}
