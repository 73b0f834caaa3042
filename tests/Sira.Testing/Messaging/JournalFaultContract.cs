using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Time;
using Sira.Simulation.Time;
using Xunit;

namespace Sira.Testing.Messaging;

/// <summary>The journal hangs, is slow or fails while the process lives on: per key, nothing begins before what was published before it is done; nothing is lost, and nothing is done twice. Derive a test class for each journal.</summary>
public abstract class JournalFaultContract
{
    private const int Messages = 24;
    private const int Keys = 3;

    public static TheoryData<bool, bool, bool> Kinds => [(false, false, false), (true, false, false), (false, true, false), (false, true, true)];

    // Each call of a run in turn: hangs before its effect or after it, fails before it or after it.
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Fault_AtEachCall_KeepsTheOrderAndLosesNothing(bool afterEffect, bool fails, bool hasEffect)
    {
        var calls = int.MaxValue;
        for (var faulty = 1; faulty <= calls; faulty++)
        {
            var minute = TimeSpan.FromMinutes(1);
            var fault = fails ? new JournalFault(Fails: true, HasEffect: hasEffect) : afterEffect ? new JournalFault(After: minute) : new JournalFault(Before: minute);
            var number = faulty;
            calls = await RunAsync(faulty, call => call == number ? fault : default);
        }

        Assert.InRange(calls, 10, 1000);
    }

    [Fact]
    public async Task Faults_OfManySeeds_KeepTheOrderAndLoseNothing()
    {
        for (var seed = 1; seed <= 150; seed++)
        {
            var (random, gate) = (new SeededRandomSource(seed), new Lock());
            await RunAsync(seed, _ =>
            {
                lock (gate)
                {
                    return JournalFault.Draw(random);
                }
            });
        }
    }

    /// <summary>Makes an empty journal.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="schedule">What becomes of each call, by its number.</param>
    protected abstract IMessageJournal Create(TimeProvider time, Func<int, JournalFault> schedule);

    /// <summary>Lets a bus live with a journal.</summary>
    /// <param name="seed">The seed of everything else that is drawn.</param>
    /// <param name="schedule">What becomes of each call, by its number.</param>
    /// <returns>How many calls were made.</returns>
    protected async Task<int> RunAsync(int seed, Func<int, JournalFault> schedule)
    {
        var time = new VirtualTimeProvider();
        var calls = 0;
        var journal = Create(time, number =>
        {
            calls = Math.Max(calls, number);
            return schedule(number);
        });
        var observed = new ObservedOrder(Messages, Keys, seed);
        var bus = new MessageBus(time: time, random: new SeededRandomSource(seed), journal: journal);
        var living = LiveAsync();
        await Eventually.HoldsAsync(
            () =>
            {
                time.AdvanceToNextTimer();
                return living.IsCompleted;
            },
            $"the end of seed {seed}: {observed}");
        await living;
        observed.Check($"seed {seed}");
        return calls;

        async Task LiveAsync()
        {
            await SubscribeAsync();
            using var topic = bus.Topic<int>("orders", new() { IsDurable = true, Codec = MessageCodecs.Number, DeduplicationWindow = TimeSpan.FromDays(1) });
            var publishing = Enumerable.Range(0, Keys).Select(async key =>
            {
                for (var number = 0; number < Messages / Keys; number++)
                {
                    await PublishAsync(topic, key, number);
                }
            });
            await Task.WhenAll(publishing);
            while (!observed.IsComplete)
            {
                await InlineDelay.WaitAsync(TimeSpan.FromSeconds(1), time, CancellationToken.None);
            }

            await bus.DisposeAsync();
            await ((journal as IAsyncDisposable)?.DisposeAsync() ?? default);
        }

        async Task PublishAsync(Kernel.Messaging.Topics.ITopic<int> topic, int key, int number)
        {
            while (true)
            {
                try
                {
                    await topic.PublishAsync(number, new() { Key = $"{key}", MessageId = $"{key}/{number}" });
                    return;
                }
                catch (JournalException)
                {
                    await InlineDelay.WaitAsync(TimeSpan.FromSeconds(1), time, CancellationToken.None);
                }
            }
        }

        async Task SubscribeAsync()
        {
            while (true)
            {
                try
                {
                    await bus.SubscribeAsync<int>("orders", observed.HandleAsync, Options());
                    return;
                }
                catch (Exception exception) when (exception is IOException or JournalException)
                {
                    await InlineDelay.WaitAsync(TimeSpan.FromSeconds(1), time, CancellationToken.None);
                }
            }
        }
    }

    private static ConsumerOptions<int> Options() => new()
    {
        Group = "g",
        IsDurable = true,
        Codec = MessageCodecs.Number,
        Partitions = 2,
        Concurrency = 3,
        Capacity = 8,
        Retry = new() { ImmediateRetries = 1, FirstDelay = TimeSpan.FromSeconds(1), MaximumDeliveries = 10 },
    };
}
