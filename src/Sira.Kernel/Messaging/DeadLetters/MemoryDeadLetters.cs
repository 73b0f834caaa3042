using System.Diagnostics.CodeAnalysis;
using Sira.Kernel.Messaging.Topics;

namespace Sira.Kernel.Messaging.DeadLetters;

/// <summary>The dead letters of groups that are not durable.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class MemoryDeadLetters(int capacity, TopicLog log)
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<long, (DeadLetter Letter, object Message)> letters = [];
    private long last;

    public int Count
    {
        get
        {
            lock (gate)
            {
                return letters.Count;
            }
        }
    }

    public void Add(DeadLetter letter, object message)
    {
        DeadLetter? oldest = null;
        lock (gate)
        {
            if (letters.Count >= capacity)
            {
                (var id, (oldest, _)) = letters.First();
                letters.Remove(id);
            }

            letter = letter with { Id = ++last };
            letters.Add(letter.Id, (letter, message));
        }

        if (oldest is not null)
        {
            TopicMetrics.DeadLetterDropped(oldest.Message.Topic, oldest.Group);
            log.DeadLetterDropped(capacity, oldest.Group, oldest.Message.Topic);
        }
    }

    public IReadOnlyList<DeadLetter> List()
    {
        lock (gate)
        {
            return [.. letters.Values.Select(static entry => entry.Letter)];
        }
    }

    public object? Find(long id)
    {
        lock (gate)
        {
            return letters.TryGetValue(id, out var entry) ? entry.Message : null;
        }
    }

    public bool Remove(long id)
    {
        lock (gate)
        {
            return letters.Remove(id);
        }
    }

    public bool TryTake(long id, [NotNullWhen(true)] out object? message)
    {
        lock (gate)
        {
            (var found, message) = letters.Remove(id, out var entry) ? (true, entry.Message) : (false, null);
            return found;
        }
    }

    public void PutBack(DeadLetter letter, object message)
    {
        lock (gate)
        {
            letters[letter.Id] = (letter, message);
        }
    }

    /// <summary>Removes those of a group, with the last references to its messages.</summary>
    public int RemoveGroup(string group)
    {
        lock (gate)
        {
            var ids = letters.Where(entry => entry.Value.Letter.Group == group).Select(static entry => entry.Key).ToArray();
            foreach (var id in ids)
            {
                letters.Remove(id);
            }

            return ids.Length;
        }
    }
}
