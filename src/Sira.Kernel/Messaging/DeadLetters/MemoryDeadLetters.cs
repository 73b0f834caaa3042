using Sira.Kernel.Messaging.Topics;

namespace Sira.Kernel.Messaging.DeadLetters;

/// <summary>The dead letters of groups that are not durable.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class MemoryDeadLetters(int capacity, TopicLog log)
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<long, (DeadLetter Letter, object Message, object Owner)> letters = [];
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

    /// <summary>Keeps a dead letter.</summary>
    /// <param name="letter">The dead letter.</param>
    /// <param name="message">Its message.</param>
    /// <param name="owner">The group with which it goes; another may have its name by then.</param>
    /// <returns>The dead letter with its number.</returns>
    public DeadLetter Add(DeadLetter letter, object message, object owner)
    {
        DeadLetter? oldest = null;
        lock (gate)
        {
            if (letters.Count >= capacity)
            {
                (var id, (oldest, _, _)) = letters.First();
                letters.Remove(id);
            }

            letter = letter with { Id = ++last };
            letters.Add(letter.Id, (letter, message, owner));
        }

        if (oldest is not null)
        {
            TopicMetrics.DeadLetterDropped(oldest.Message.Topic, oldest.Group);
            log.DeadLetterDropped(capacity, oldest.Group, oldest.Message.Topic);
        }

        return letter;
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

    /// <summary>Takes a dead letter out.</summary>
    /// <returns>What puts it back; <see langword="null"/> where there is no such letter.</returns>
    public Action? Take(long id)
    {
        lock (gate)
        {
            return letters.Remove(id, out var entry) ? () => PutBack(id, entry) : null;
        }
    }

    /// <summary>Removes those of a group, with the last references to its messages.</summary>
    public int RemoveGroup(object owner)
    {
        lock (gate)
        {
            var ids = letters.Where(entry => ReferenceEquals(entry.Value.Owner, owner)).Select(static entry => entry.Key).ToArray();
            foreach (var id in ids)
            {
                letters.Remove(id);
            }

            return ids.Length;
        }
    }

    private void PutBack(long id, (DeadLetter Letter, object Message, object Owner) entry)
    {
        lock (gate)
        {
            letters[id] = entry;
        }
    }
}
