using Sira.Kernel.Messaging.Consumers;

namespace Sira.Testing.Messaging;

/// <summary>What handlers were given, in the order in which they were.</summary>
public sealed class Inbox<T>
{
    private readonly Lock gate = new();
    private readonly List<T> received = [];

    public IReadOnlyList<T> All
    {
        get
        {
            lock (gate)
            {
                return [.. received];
            }
        }
    }

    public void Add(T message)
    {
        lock (gate)
        {
            received.Add(message);
        }
    }

    public ValueTask Handle(MessageContext<T> message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Add(message.Message);
        return default;
    }

    public async Task<IReadOnlyList<T>> HasAsync(int count)
    {
        await Eventually.HoldsAsync(() => All.Count >= count, $"{count} messages");
        return All;
    }
}
