using System.Collections.Frozen;
using System.Diagnostics;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Messaging.Queueing;

namespace Sira.Kernel.Messaging.Topics;

/// <summary>One topic: who listens, what was published lately, and what nobody listened to.</summary>
/// <typeparam name="T">The type of message.</typeparam>
internal sealed class Topic<T>(TopicHub hub, string name, TopicOptions<T> options) : Topic(hub, name)
{
    private readonly DeduplicationWindow seen = new(options.DeduplicationCapacity);
    private readonly UnmatchedMessages<T> unmatched = new(hub, options);
    private volatile Routes routes = new([], 0);

    // In place before the reading begins, so that whatever fails meanwhile has it read anew.
    private Lazy<Task>? seenLoaded;

    public TopicOptions<T> Options => options;

    public override Type MessageType => typeof(T);

    public override bool IsDurable => options.IsDurable;

    public override void SetGroups(IEnumerable<ConsumerGroup> matching)
    {
        var all = matching.OfType<ConsumerGroup<T>>().OrderBy(static group => group.Order).ToArray();
        foreach (var group in all)
        {
            if (group.IsDurable && !options.IsDurable && group.Pattern.IsName)
            {
                Hub.Log.TopicIsNotDurable(group.Name, Name);
            }
        }

        var live = all.Where(static group => !group.IsDurable).ToArray();
        routes = new Routes(live, options.IsDurable ? all.Length - live.Length : 0);
        if (live.Length > 0)
        {
            unmatched.DeliverTo(live);
        }
    }

    public async ValueTask<PublishResult> PublishAsync(T message, PublishOptions? publish, CancellationToken cancellationToken)
    {
        if (message is null)
        {
            throw new ArgumentNullException(nameof(message), "A message is never null. For one without content publish an empty record.");
        }

        publish?.ThrowIfInvalid();
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(Hub.IsDisposed || IsEnded, typeof(ITopic<T>));
        var id = publish?.MessageId;
        if (id is null || options.DeduplicationWindow == TimeSpan.Zero)
        {
            return await PublishNewAsync(message, publish, isRemembered: false, cancellationToken).ConfigureAwait(false);
        }

        await LoadSeenAsync(cancellationToken).ConfigureAwait(false);
        Task? other;
        while (!seen.TryBegin(id, Hub.Clock.Now, Hub.After(options.DeduplicationWindow), out other))
        {
            if (other is null)
            {
                CountDuplicate();
                return new PublishResult(id, 0, IsDuplicate: true);
            }

            await other.WaitAsync(cancellationToken).ConfigureAwait(false);
            await LoadSeenAsync(cancellationToken).ConfigureAwait(false);
        }

        return await PublishNewAsync(message, publish, isRemembered: true, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<PublishResult> PublishNewAsync(T message, PublishOptions? publish, bool isRemembered, CancellationToken cancellationToken)
    {
        using var activity = MessageTracing.StartSend(Name, publish?.MessageId);
        var handedOver = false;
        Admission[]? places = null;
        try
        {
            var metadata = Describe(publish, activity);
            var record = options.IsDurable ? Encode(message, metadata, isRemembered) : null;
            var current = routes;
            places = await ReserveAsync(current.Live, message, metadata, cancellationToken).ConfigureAwait(false);
            while (HasEnded(places) && !ReferenceEquals(current, routes))
            {
                // Another may have taken the place of the one that ended.
                GiveBack(current.Live, places, places.Length);
                current = routes;
                places = await ReserveAsync(current.Live, message, metadata, cancellationToken).ConfigureAwait(false);
            }

            handedOver = true;
            if (record is null)
            {
                Deliver(message, metadata, current, places, isRemembered);
            }
            else
            {
                // Whoever no longer waits has published it all the same.
                await AppendAsync(record, message, current, places, isRemembered).WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            return new PublishResult(metadata.Id, CountGranted(places) + current.Durable);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", exception.GetType().FullName);
            if (!handedOver && isRemembered)
            {
                seen.End(publish!.MessageId!, isPublished: false);
            }

            throw;
        }
    }

    private async Task AppendAsync(JournalRecord record, T message, Routes current, Admission[] places, bool isRemembered)
    {
        try
        {
            await Hub.Appender!.AppendAsync(record).ConfigureAwait(false);
        }
        catch
        {
            GiveBack(current.Live, places, places.Length);
            if (isRemembered)
            {
                // Whether the journal kept it is to be seen in the journal.
                Volatile.Write(ref seenLoaded, null);
                seen.End(record.Metadata.Id, isPublished: false);
            }

            throw;
        }

        Deliver(message, record.Metadata, current, places, isRemembered);
    }

    private void Deliver(T message, MessageMetadata metadata, Routes current, Admission[] places, bool isRemembered)
    {
        for (var i = 0; i < places.Length; i++)
        {
            var (group, place) = (current.Live[i], places[i]);
            if (place.Result == RoomResult.Granted)
            {
                var pending = new PendingMessage<T>(message, metadata) { ExpiresAt = Hub.ExpiresAt(group.Queue, metadata) };
                if (place.IsDelayed)
                {
                    group.Queue.AddTimed(pending, group.Queue.After(Hub.DelayOf(metadata) ?? TimeSpan.Zero), isCounted: false, isRetry: false);
                }
                else
                {
                    group.Queue.Add(pending);
                }
            }
            else if (place.FilterFault is { } fault)
            {
                group.SetAsideUnqueued(new PendingMessage<T>(message, metadata), DeadLetterReason.FilterFailed, fault);
            }
        }

        if (isRemembered)
        {
            seen.End(metadata.Id, isPublished: true);
        }

        CountPublished();
        if (places.Length == 0 && current.Durable == 0)
        {
            CountUnmatched();
            unmatched.Keep(message, metadata);
            if (routes.Live is { Length: > 0 } late)
            {
                // Somebody subscribed just now.
                unmatched.DeliverTo(late);
            }
        }
    }

    // All or none: where one group refuses, the places in the others are given back.
    private async ValueTask<Admission[]> ReserveAsync(ConsumerGroup<T>[] groups, T message, MessageMetadata metadata, CancellationToken cancellationToken)
    {
        if (groups.Length == 0)
        {
            return [];
        }

        var isDelayed = metadata.NotBefore is not null && Hub.DelayOf(metadata) is not null;
        var places = new Admission[groups.Length];
        for (var i = 0; i < groups.Length; i++)
        {
            var group = groups[i];
            var accepted = group.Accepts(message, metadata, out var fault);
            if (accepted is not true)
            {
                places[i] = new Admission(RoomResult.Dropped, isDelayed, fault);
                continue;
            }

            try
            {
                places[i] = new Admission(isDelayed ? group.Queue.ReserveDelayed() : await group.Queue.ReserveAsync(cancellationToken).ConfigureAwait(false), isDelayed, null);
            }
            catch
            {
                GiveBack(groups, places, i);
                throw;
            }

            if (places[i].Result == RoomResult.Refused)
            {
                GiveBack(groups, places, i);
                var (bound, limit) = isDelayed ? (nameof(ConsumerOptions<>.MaximumDelayed), group.Options.MaximumDelayed) : (nameof(ConsumerOptions<>.Capacity), group.Options.Capacity);
                throw new QueueFullException(Name, group.Name, limit, bound);
            }
        }

        return places;
    }

    private static int CountGranted(Admission[] places)
    {
        var granted = 0;
        foreach (var place in places)
        {
            granted += place.Result == RoomResult.Granted ? 1 : 0;
        }

        return granted;
    }

    private static bool HasEnded(Admission[] places)
    {
        foreach (var place in places)
        {
            if (place.Result == RoomResult.Ended)
            {
                return true;
            }
        }

        return false;
    }

    private static void GiveBack(ConsumerGroup<T>[] groups, Admission[] places, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (places[i].Result == RoomResult.Granted)
            {
                groups[i].Queue.GiveBack(places[i].IsDelayed);
            }
        }
    }

    private MessageMetadata Describe(PublishOptions? publish, Activity? activity)
    {
        var now = Hub.Time.GetUtcNow();
        publish?.ThrowIfTooFarAhead(now);
        var current = activity ?? Activity.Current;
        var isW3C = current is { IdFormat: ActivityIdFormat.W3C };
        var metadata = new MessageMetadata
        {
            Topic = Name,
            Id = publish?.MessageId ?? Hub.NextId(),
            PublishedAt = now,
            TraceParent = isW3C ? current!.Id : null,
            TraceState = isW3C ? current!.TraceStateString : null,
        };
        return publish is null ? metadata : metadata with
        {
            Key = publish.Key,
            Priority = publish.Priority,
            CorrelationId = publish.CorrelationId,
            Headers = publish.Headers is { Count: > 0 } headers ? headers.ToFrozenDictionary(StringComparer.Ordinal) : metadata.Headers,
            NotBefore = publish.Delay is { } delay ? now + delay : publish.NotBefore,
            ExpiresAt = publish.TimeToLive is { } life ? now + life : null,
        };
    }

    private JournalRecord Encode(T message, MessageMetadata metadata, bool isRemembered) => new()
    {
        Metadata = metadata,
        Payload = options.Codec!.Encode(message, metadata),
        KeepUntil = metadata.PublishedAt + options.KeepFor,
        RememberUntil = isRemembered ? metadata.PublishedAt + options.DeduplicationWindow : default,
    };

    // The ids of a durable topic are in its journal, also those from before a restart.
    private async ValueTask LoadSeenAsync(CancellationToken cancellationToken)
    {
        if (!options.IsDurable)
        {
            return;
        }

        var loading = LoadSeen();
        try
        {
            await loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not JournalException && loading.IsFaulted)
        {
            throw new JournalException($"The journal failed with {exception.GetType().Name} while it was looked up which messages of '{Name}' were published lately. Nothing was published.", exception);
        }
    }

    private Task LoadSeen()
    {
        while (true)
        {
            var loaded = Volatile.Read(ref seenLoaded);
            if (loaded is not null && !(loaded.IsValueCreated && (loaded.Value.IsFaulted || loaded.Value.IsCanceled)))
            {
                return loaded.Value;
            }

            // What comes of it is the caller's, also if it fails at once.
            var fresh = new Lazy<Task>(ReadSeenAsync);
            if (ReferenceEquals(Interlocked.CompareExchange(ref seenLoaded, fresh, loaded), loaded))
            {
                return fresh.Value;
            }
        }
    }

    private async Task ReadSeenAsync()
    {
        var since = Hub.Time.GetUtcNow() - options.DeduplicationWindow;
        for (var after = 0L; ;)
        {
            var page = await Hub.Journal!.ReadAsync(new JournalQuery(Name, after, 1000), CancellationToken.None).ConfigureAwait(false);
            if (page.Records.Count == 0)
            {
                return;
            }

            foreach (var record in page.Records)
            {
                if (record.Metadata.PublishedAt > since)
                {
                    seen.Remember(record.Metadata.Id, Hub.Clock.Now, Hub.After(options.DeduplicationWindow));
                }
            }

            after = page.Next;
        }
    }

    private readonly record struct Admission(RoomResult Result, bool IsDelayed, Exception? FilterFault);

    private sealed record Routes(ConsumerGroup<T>[] Live, int Durable);
}
