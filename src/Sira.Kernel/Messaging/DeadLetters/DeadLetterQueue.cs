using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Messaging.Topics;

namespace Sira.Kernel.Messaging.DeadLetters;

/// <summary>The dead letters of one bus, in memory and in its journal.</summary>
internal sealed class DeadLetterQueue(TopicHub hub) : IDeadLetterQueue
{
    private const int Page = 256;

    public async ValueTask<IReadOnlyList<DeadLetter>> ListAsync(DeadLetterQuery? query = null, CancellationToken cancellationToken = default)
    {
        query ??= new DeadLetterQuery();
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Maximum, 1, nameof(query));
        var pattern = query.Topic is { } topic ? TopicPattern.Parse(topic) : null;
        var found = new List<DeadLetter>();
        Collect(hub.MemoryLetters.List());
        for (var after = 0L; hub.Journal is { } journal && found.Count < query.Maximum;)
        {
            var page = await journal.ReadDeadLettersAsync(after, Page, cancellationToken).ConfigureAwait(false);
            if (page.Count == 0)
            {
                break;
            }

            Collect(page.Select(static letter => letter.Letter));
            after = page[^1].Letter.Id;
        }

        return found;

        void Collect(IEnumerable<DeadLetter> letters) => found.AddRange(letters
            .Where(letter => (query.Group is null || letter.Group == query.Group)
                && (query.Reason is null || letter.Reason == query.Reason)
                && (pattern is null || pattern.Matches(letter.Message.Topic))
                && (query.Where is null || query.Where(letter)))
            .Take(query.Maximum - found.Count));
    }

    public async ValueTask<T> ReadAsync<T>(DeadLetter letter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(letter);
        if (letter.IsDurable)
        {
            var record = await FindAsync(letter, cancellationToken).ConfigureAwait(false) ?? throw Gone(letter);
            if (record.Damage is { } damage)
            {
                throw damage;
            }

            return Group<T>(letter).Options.Codec!.Decode(record.Payload.Span, record.Metadata);
        }

        return hub.MemoryLetters.Find(letter.Id) switch
        {
            MemoryMessage<T> message => message.Body,
            null => throw Gone(letter),
            _ => throw new MessagingException($"The dead letter {letter.Id} of group '{letter.Group}' is no {typeof(T)}. Read it as the type of its group."),
        };
    }

    public async ValueTask<bool> RedriveAsync(DeadLetter letter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(letter);
        if (!letter.IsDurable)
        {
            return hub.MemoryLetters.Find(letter.Id) is { } message && TryRedriveMemory(letter, message);
        }

        return await FindAsync(letter, cancellationToken).ConfigureAwait(false) is { } record
            && await hub.Journal!.RemoveDeadLetterAsync(letter.Id, Anew(letter, record), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<int> RedriveAsync(DeadLetterQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var count = 0;
        foreach (var letter in await ListAsync(query, cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            count += await RedriveAsync(letter, cancellationToken).ConfigureAwait(false) ? 1 : 0;
        }

        return count;
    }

    public async ValueTask<bool> RedriveAsync<T>(DeadLetter letter, T message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(letter);
        var group = Group<T>(letter);
        if (!letter.IsDurable)
        {
            return TryRedriveMemory(letter, new MemoryMessage<T>(message, letter.Message));
        }

        if (await FindAsync(letter, cancellationToken).ConfigureAwait(false) is not { } record)
        {
            return false;
        }

        if (record.Damage is not null && !group.Pattern.Matches(record.Metadata.Topic))
        {
            throw new MessagingException($"The topic of the dead letter {letter.Id} is not known any more, because it was damaged. Redirect it to a topic instead.");
        }

        var changed = record with { Payload = group.Options.Codec!.Encode(message, record.Metadata), Damage = null };
        return await hub.Journal!.RemoveDeadLetterAsync(letter.Id, Anew(letter, changed), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> RedirectAsync<T>(DeadLetter letter, ITopic<T> topic, T message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(letter);
        ArgumentNullException.ThrowIfNull(topic);
        var isThere = letter.IsDurable
            ? await FindAsync(letter, cancellationToken).ConfigureAwait(false) is not null
            : hub.MemoryLetters.Find(letter.Id) is not null;
        if (!isThere)
        {
            return false;
        }

        var options = new PublishOptions { Key = letter.Message.Key, CorrelationId = letter.Message.CorrelationId, Headers = letter.Message.Headers, Priority = letter.Message.Priority };
        await topic.PublishAsync(message, options, cancellationToken).ConfigureAwait(false);
        await RemoveAsync(letter, CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    public async ValueTask<int> PurgeAsync(DeadLetterQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var count = 0;
        foreach (var letter in await ListAsync(query, cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            count += await RemoveAsync(letter, cancellationToken).ConfigureAwait(false) ? 1 : 0;
        }

        return count;
    }

    private static MessagingException Gone(DeadLetter letter) => new($"The dead letter {letter.Id} of group '{letter.Group}' is gone: it was redriven, purged, or dropped with its group. List the dead letters again.");

    // What has expired or was delayed would be so again.
    private static MessageMetadata Anew(MessageMetadata metadata) => metadata with { NotBefore = null, ExpiresAt = null, Redrives = metadata.Redrives + 1 };

    private static JournalRecord Anew(DeadLetter letter, JournalRecord record) => record with { Metadata = Anew(record.Metadata), Target = letter.Group };

    private async ValueTask<bool> RemoveAsync(DeadLetter letter, CancellationToken cancellationToken) => letter.IsDurable
        ? hub.Journal is { } journal && await journal.RemoveDeadLetterAsync(letter.Id, null, cancellationToken).ConfigureAwait(false)
        : hub.MemoryLetters.Remove(letter.Id);

    private bool TryRedriveMemory(DeadLetter letter, object message)
    {
        if (hub.FindGroup(letter.Group) is not { } group || hub.MemoryLetters.Take(letter.Id) is not { } putBack)
        {
            return false;
        }

        if (group.TryRedrive(message))
        {
            return true;
        }

        putBack();
        return false;
    }

    private async ValueTask<JournalRecord?> FindAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        var found = hub.Journal is { } journal ? await journal.ReadDeadLettersAsync(letter.Id - 1, 1, cancellationToken).ConfigureAwait(false) : [];
        return found.Count > 0 && found[0].Letter.Id == letter.Id ? found[0].Record : null;
    }

    private ConsumerGroup<T> Group<T>(DeadLetter letter) => hub.FindGroup(letter.Group) as ConsumerGroup<T>
        ?? throw new MessagingException($"The group '{letter.Group}' is not subscribed to on this bus with messages of {typeof(T)}, so it is not known how to read or write them. Subscribe to it first.");
}
