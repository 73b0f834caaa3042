using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Messaging.Topics;
using Sira.Kernel.Time;
using Xunit;

namespace Sira.Testing.Messaging;

/// <summary>A process dies at every call to the journal in turn, and another takes over. Derive a test class for each journal.</summary>
public abstract class JournalCrashContract
{
    private const int Keys = 4;
    private const int Partitions = 3;
    private const int Concurrency = 3;

    // What was claimed and is not noted as done is all that may come twice.
    private const int ReadAhead = 16;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kill_AtEachCall_LosesNothingAcknowledgedAndKeepsTheOrder(bool afterEffect)
    {
        var (dieAt, survived) = (1, false);
        for (; !survived; dieAt++)
        {
            survived = await RunAsync(dieAt, afterEffect, seed: dieAt);
        }

        Assert.InRange(dieAt, 50, 10_000);
    }

    /// <summary>Makes an empty store.</summary>
    /// <returns>Opens a journal on it, once for each process.</returns>
    protected abstract Func<IMessageJournal> CreateStore();

    // Returns whether the process lived through it all.
    private async Task<bool> RunAsync(int dieAt, bool afterEffect, int seed)
    {
        const int Messages = 40;
        var open = CreateStore();
        var life = new KillableJournal(open(), dieAt, afterEffect);
        var (published, failing) = (new List<(string Key, int Number)>(), new SeededRandomSource(seed));
        var first = new Inbox<(string Key, int Number)>();
        var isDead = false;

        // Never disposed of: it is dropped where it stands.
        var victim = new MessageBus(random: new SeededRandomSource(seed), journal: life);
        var living = LiveAsync();
        await Task.WhenAny(living, life.Died).WaitAsync(TimeSpan.FromSeconds(30));
        if (living.IsCompleted)
        {
            await living;
            return true;
        }

        Volatile.Write(ref isDead, true);
        (string Key, int Number)[] acknowledged;
        lock (published)
        {
            acknowledged = [.. published];
        }

        var second = new Inbox<(string Key, int Number)>();
        await using var heir = new MessageBus(random: new SeededRandomSource(seed), journal: open());
        await heir.SubscribeAsync<int>("orders", Handler(second, null, null), Options());
        var beforehand = first.All;
        await Eventually.HoldsAsync(() => acknowledged.All(message => beforehand.Contains(message) || second.All.Contains(message)), $"all messages after dying at call {dieAt}");

        var doubled = second.All.Count(message => beforehand.Contains(message));
        Assert.True(doubled <= ReadAhead, $"{doubled} doubled after dying at call {dieAt}");
        foreach (var key in beforehand.Concat(second.All).Select(message => message.Key).Distinct())
        {
            Ascending(beforehand, key);
            Ascending(second.All, key);

            // What comes twice may still be on its way: only the first time counts.
            Ascending([.. beforehand, .. second.All.Where(message => !beforehand.Contains(message))], key);
        }

        return false;

        async Task LiveAsync()
        {
            using var topic = victim.Topic<int>("orders", new() { IsDurable = true, Codec = MessageCodecs.Number });
            await topic.SubscribeAsync(Handler(first, failing, () => life.IsDead), Options());
            for (var i = 0; i < Messages; i++)
            {
                var key = $"key {i % Keys}";
                await topic.PublishAsync(i, new() { Key = key });
                lock (published)
                {
                    published.Add((key, i));
                }
            }

            await Eventually.HoldsAsync(() => isDead || first.All.Count >= Messages, "the messages of the victim");
            await victim.DisposeAsync();
        }
    }

    private static ConsumerOptions<int> Options() => new()
    {
        Group = "g",
        IsDurable = true,
        Codec = MessageCodecs.Number,
        Partitions = Partitions,
        Concurrency = Concurrency,
        Capacity = ReadAhead,
        Retry = new() { ImmediateRetries = 4 },
    };

    private static Func<MessageContext<int>, CancellationToken, ValueTask> Handler(Inbox<(string Key, int Number)> inbox, SeededRandomSource? failing, Func<bool>? isDead) => async (message, _) =>
    {
        await Task.Yield();
        if (isDead?.Invoke() == true)
        {
            // A dead process does nothing any more.
            await new TaskCompletionSource().Task;
        }

        if (message.Delivery == 1 && failing?.Next(5) == 0)
        {
            throw new InvalidOperationException("once");
        }

        inbox.Add((message.Metadata.Key!, message.Message));
    };

    private static void Ascending(IEnumerable<(string Key, int Number)> messages, string key)
    {
        var numbers = messages.Where(message => message.Key == key).Select(message => message.Number).ToArray();
        Assert.Equal(numbers.Order(), numbers);
    }
}
