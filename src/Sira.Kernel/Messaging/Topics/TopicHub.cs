using System.Globalization;
using Microsoft.Extensions.Logging;
using Sira.Kernel.Configuration;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Durable;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Messaging.Queueing;
using Sira.Kernel.Time;

namespace Sira.Kernel.Messaging.Topics;

/// <summary>The topics and consumer groups of one bus.</summary>
/// <remarks>Thread-safe. The lock is for topics and groups that come and go; publishing does not take it.</remarks>
internal sealed class TopicHub
{
    private readonly Lock gate = new();
    private readonly MessageBus bus;
    private readonly MessagingOptions options;
    private readonly TopicSettingsTable settings;
    private readonly Dictionary<string, Topic> topics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConsumerGroup> groups = new(StringComparer.Ordinal);
    private readonly HashSet<IAsyncDisposable> subscriptions = [];
    private readonly string idPrefix;
    private long lastId;
    private long lastOrder;
    private volatile bool disposed;

    public TopicHub(MessageBus bus, ILogger logger, IRandomSource random, IMessageJournal? journal, MessagingOptions options)
    {
        var errors = new ConfigurationErrors();
        options.Validate("MessagingOptions", errors);
        errors.ThrowIfAny();
        (this.bus, this.options, Random, Journal, Time) = (bus, options, random, journal, bus.Time);
        settings = new TopicSettingsTable(options.Topics);
        Log = new TopicLog(logger);
        Clock = new MonotonicClock(Time);
        Appender = journal is null ? null : new JournalAppender(journal, Time, Log);
        MemoryLetters = new MemoryDeadLetters(options.MaximumDeadLetters, Log);

        TopicGauges.Add(this);

        // Drawn once for each bus; with the number behind it, no two messages of all processes have the same id.
        idPrefix = string.Create(CultureInfo.InvariantCulture, $"{random.Next(int.MaxValue):x8}{random.Next(int.MaxValue):x8}{random.Next(int.MaxValue):x8}-");
    }

    public TimeProvider Time { get; }

    public MonotonicClock Clock { get; }

    public IRandomSource Random { get; }

    public TopicLog Log { get; }

    public IMessageJournal? Journal { get; }

    public JournalAppender? Appender { get; }

    public MemoryDeadLetters MemoryLetters { get; }

    public bool IsDisposed => disposed;

    public string NextId() => string.Concat(idPrefix, Interlocked.Increment(ref lastId).ToString("x", CultureInfo.InvariantCulture));

    public long After(TimeSpan duration) => MonotonicClock.Add(Clock.Now, Clock.ToTimestamps(duration));

    /// <summary>Returns how long a message is still to be put off, and never longer than it was at its publication, whatever became of the wall clock; <see langword="null"/> when it is due.</summary>
    public TimeSpan? DelayOf(MessageMetadata metadata)
    {
        if (metadata.NotBefore is not { } due)
        {
            return null;
        }

        var remaining = due - Time.GetUtcNow();
        var whole = due - metadata.PublishedAt;
        remaining = remaining < whole ? remaining : whole;
        return remaining > TimeSpan.Zero ? remaining : null;
    }

    /// <summary>Returns when a message expires on a queue's clock; as for delays, no later than its whole time to live from now.</summary>
    public long ExpiresAt<T>(GroupQueue<T> queue, MessageMetadata metadata)
    {
        if (metadata.ExpiresAt is not { } end)
        {
            return long.MaxValue;
        }

        var remaining = end - Time.GetUtcNow();
        var whole = end - metadata.PublishedAt;
        return queue.After(remaining < whole ? remaining : whole);
    }

    public void HandlerFault(Type messageType, Exception exception) => bus.Fault(messageType, exception);

    public void Publish<T>(in T message) => bus.Publish(message);

    public ITopic<T> Topic<T>(string name, TopicOptions<T>? topicOptions)
    {
        name = TopicPattern.ParseName(name);
        var own = settings.Find(TopicPattern.Parse(name));
        topicOptions = topicOptions is null ? null : own.Over(topicOptions);
        if (topicOptions is not null)
        {
            var errors = new ConfigurationErrors();
            topicOptions.Validate($"TopicOptions of '{name}'", errors);
            errors.ThrowIfAny();
            if (topicOptions.IsDurable && Journal is null)
            {
                throw NoJournal($"The topic '{name}'");
            }
        }

        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, typeof(IMessageBus));
            if (!topics.TryGetValue(name, out var known))
            {
                Bound(topics.Count, options.MaximumTopics, "topics", nameof(MessagingOptions.MaximumTopics), name);
                known = new Topic<T>(this, name, topicOptions ?? own.Over(new TopicOptions<T>()));
                topics.Add(name, known);
                known.SetGroups(Listening(known));
            }

            if (known is not Topic<T> topic)
            {
                throw new MessagingException($"The topic '{name}' carries {known.MessageType}, not {typeof(T)}. Use that type, or another name.");
            }

            if (topicOptions is not null && topicOptions != topic.Options)
            {
                throw new MessagingException($"The topic '{name}' is in use with other options. Leave the options out to use it as it is, or give everybody the same.");
            }

            topic.Handles++;
            return new TopicHandle<T>(topic);
        }
    }

    public void Release(Topic topic)
    {
        lock (gate)
        {
            if (--topic.Handles == 0)
            {
                topic.IsEnded = true;
                topics.Remove(topic.Name);
            }
        }
    }

    public async ValueTask<ITopicSubscription> SubscribeAsync<T>(string pattern, Func<MessageContext<T>, CancellationToken, ValueTask> handler, ConsumerOptions<T>? consumer, CancellationToken cancellationToken, string? replaced = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        consumer ??= new ConsumerOptions<T>();
        var parsed = TopicPattern.Parse(pattern);
        consumer = settings.Find(parsed).Over(consumer);
        var errors = new ConfigurationErrors();
        consumer.Validate($"ConsumerOptions of '{pattern}'", errors);
        errors.ThrowIfAny();
        if (consumer.IsDurable && Journal is null)
        {
            throw NoJournal($"The group '{consumer.Group}'");
        }

        cancellationToken.ThrowIfCancellationRequested();
        TopicSubscription<T> subscription;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, typeof(IMessageBus));
            subscription = Join(parsed, handler, consumer, replaced is not null && groups.TryGetValue(replaced, out var own) && !own.IsShared ? own : null);
            subscriptions.Add(subscription);
        }

        try
        {
            await subscription.StartAsync(consumer.Concurrency, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return subscription;
    }

    public void Forget(IAsyncDisposable subscription)
    {
        lock (gate)
        {
            subscriptions.Remove(subscription);
        }
    }

    /// <summary>Takes a group out, and what only it was kept for.</summary>
    public void Remove(ConsumerGroup group)
    {
        lock (gate)
        {
            // One of the same name may have come already.
            if (groups.TryGetValue(group.Name, out var current) && ReferenceEquals(current, group))
            {
                groups.Remove(group.Name);
                Route(group.Pattern);
            }
        }
    }

    public ConsumerGroup? FindGroup(string name)
    {
        lock (gate)
        {
            return groups.GetValueOrDefault(name);
        }
    }

    public MessagingSnapshot Snapshot()
    {
        lock (gate)
        {
            return new MessagingSnapshot(
                [.. topics.Values.OrderBy(static topic => topic.Name, StringComparer.Ordinal).Select(static topic => topic.Snapshot())],
                [.. groups.Values.OrderBy(static group => group.Name, StringComparer.Ordinal).Select(static group => group.Snapshot())])
            {
                DeadLettersInMemory = MemoryLetters.Count,
            };
        }
    }

    public IReadOnlyList<IAsyncDisposable> Dispose()
    {
        TopicGauges.Remove(this);
        lock (gate)
        {
            disposed = true;
            topics.Clear();
            return [.. subscriptions];
        }
    }

    private static MessagingException NoJournal(string what) =>
        new($"{what} is durable, but the bus has no journal. Register an IMessageJournal, or give one to the constructor of MessageBus.");

    private static void Bound(int count, int most, string what, string option, string name)
    {
        if (count >= most)
        {
            throw new MessagingException($"There are {count} {what} already, so '{name}' is refused. End those that are no longer used, or raise MessagingOptions.{option}.");
        }
    }

    private TopicSubscription<T> Join<T>(TopicPattern pattern, Func<MessageContext<T>, CancellationToken, ValueTask> handler, ConsumerOptions<T> consumer, ConsumerGroup? replaced)
    {
        var name = consumer.Group ?? string.Create(CultureInfo.InvariantCulture, $"~{++lastOrder}");
        if (groups.TryGetValue(name, out var known) && !ReferenceEquals(known, replaced))
        {
            if (known is not ConsumerGroup<T> group || group.Pattern.Text != pattern.Text || group.Options != consumer with { Concurrency = group.Options.Concurrency })
            {
                throw new MessagingException($"The group '{name}' consumes '{known.Pattern}' of {known.MessageType} with other options. Give both subscriptions the same topics, type and options, apart from Concurrency, or another group.");
            }

            var joining = new TopicSubscription<T>(group, handler, consumer.DrainTimeout);
            if (group.TryJoin(joining))
            {
                return joining;
            }
        }

        // It is new, or the one of this name is ending.
        Bound(groups.Count, options.MaximumGroups, "consumer groups", nameof(MessagingOptions.MaximumGroups), name);
        var created = new ConsumerGroup<T>(this, name, pattern, ++lastOrder, consumer);
        var subscription = new TopicSubscription<T>(created, handler, consumer.DrainTimeout);
        created.TryJoin(subscription);
        if (replaced is not null)
        {
            groups.Remove(replaced.Name);
        }

        groups[name] = created;
        Route(pattern);
        if (replaced is not null)
        {
            Route(replaced.Pattern);
        }

        return subscription;
    }

    private void Route(TopicPattern pattern)
    {
        foreach (var topic in topics.Values)
        {
            if (pattern.Matches(topic.Name))
            {
                topic.SetGroups(Listening(topic));
            }
        }
    }

    private IEnumerable<ConsumerGroup> Listening(Topic topic) => groups.Values.Where(group => group.Pattern.Matches(topic.Name));
}
