using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Time;
using Xunit;

namespace Sira.Testing.Messaging;

/// <summary>The model: per key one number after the other, each begun when the one before is done. Its handler fails now and then, by the seed.</summary>
public sealed class ObservedOrder(int messages, int keys, int seed)
{
    private readonly Lock gate = new();
    private readonly int[] done = new int[keys];
    private readonly SeededRandomSource random = new(seed);
    private readonly List<string> mistakes = [];

    public bool IsComplete
    {
        get
        {
            lock (gate)
            {
                return mistakes.Count > 0 || done.Sum() >= messages;
            }
        }
    }

    public async ValueTask HandleAsync(MessageContext<int> message, CancellationToken cancellationToken)
    {
        var key = int.Parse(message.Metadata.Key!, System.Globalization.CultureInfo.InvariantCulture);
        var fails = Begin(key, message.Message, message.Delivery);
        await Task.Yield();
        if (fails)
        {
            throw new InvalidOperationException("now and then");
        }

        lock (gate)
        {
            if (done[key]++ != message.Message)
            {
                mistakes.Add($"{key}/{message.Message} was done as number {done[key] - 1}");
            }
        }
    }

    public void Check(string run)
    {
        lock (gate)
        {
            Assert.True(mistakes.Count == 0, $"{run}: {string.Join("; ", mistakes)}");
            Assert.All(done, count => Assert.Equal(messages / keys, count));
        }
    }

    public override string ToString()
    {
        lock (gate)
        {
            return $"done {string.Join(", ", done)}";
        }
    }

    private bool Begin(int key, int number, int delivery)
    {
        lock (gate)
        {
            if (done[key] != number)
            {
                mistakes.Add($"delivery {delivery} of {key}/{number} began when {done[key]} were done");
            }

            return delivery < 4 && random.Next(4) == 0;
        }
    }
}
