using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Queueing;
using Sira.Kernel.Messaging.Topics;

namespace Sira.Kernel.Messaging.Requests;

/// <summary>Requests and their answers: a consumer group for each name, whose messages carry whoever waits.</summary>
internal sealed class RequestRouter(TopicHub hub)
{
    // No topic can be published to under this name, since nobody gets one of the internal type.
    public const string Prefix = "$requests.";

    public async Task<TReply> RequestAsync<TRequest, TReply>(string name, TRequest request, RequestOptions? options, CancellationToken cancellationToken)
    {
        name = TopicPattern.ParseName(name);
        options ??= new RequestOptions();
        if (options.Timeout <= TimeSpan.Zero && options.Timeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Timeout, "The timeout must be more than zero, or Timeout.InfiniteTimeSpan.");
        }

        ObjectDisposedException.ThrowIf(hub.IsDisposed, typeof(IMessageBus));
        cancellationToken.ThrowIfCancellationRequested();
        if (hub.FindGroup(Prefix + name) is not ConsumerGroup<PendingRequest<TRequest, TReply>> group)
        {
            throw new NoResponderException(name, typeof(TRequest), typeof(TReply));
        }

        using var activity = MessageTracing.StartSend(name, messageId: null);
        using var timeout = new CancellationTokenSource(options.Timeout, hub.Time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var pending = new PendingRequest<TRequest, TReply>(name, request, options.Timeout, cancellationToken, deadline.Token);
        var current = activity ?? Activity.Current;
        var metadata = new MessageMetadata
        {
            Topic = name,
            Id = hub.NextId(),
            CorrelationId = options.CorrelationId,
            PublishedAt = hub.Time.GetUtcNow(),
            TraceParent = current is { IdFormat: ActivityIdFormat.W3C } ? current.Id : null,
            TraceState = current?.TraceStateString,
        };
        try
        {
            switch (await group.Queue.ReserveAsync(deadline.Token).ConfigureAwait(false))
            {
                case RoomResult.Refused:
                    throw new QueueFullException(name, group.Name, group.Options.Capacity, nameof(ResponderOptions.Capacity));
                case not RoomResult.Granted:
                    throw new NoResponderException(name, typeof(TRequest), typeof(TReply));
            }

            group.Queue.Add(new PendingMessage<PendingRequest<TRequest, TReply>>(pending, metadata));
            return await pending.WaitAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", exception.GetType().FullName);
            throw;
        }
        finally
        {
            // Whoever still handles it stops.
            Stop(deadline, typeof(TRequest));
        }
    }

    public IAsyncDisposable Respond<TRequest, TReply>(string name, Func<TRequest, CancellationToken, ValueTask<TReply>> handler, ResponderOptions? options)
    {
        ArgumentNullException.ThrowIfNull(handler);
        name = Prefix + TopicPattern.ParseName(name);
        options ??= new ResponderOptions();
        var consumer = new ConsumerOptions<PendingRequest<TRequest, TReply>>
        {
            Group = name,
            Concurrency = options.Concurrency,
            Capacity = options.Capacity,
            Overflow = QueueOverflow.Reject,
            Retry = MessageRetryOptions.None,
            DrainTimeout = options.DrainTimeout,
        };

        // Only opening a durable group takes time.
        var subscribing = hub.SubscribeAsync(name, (context, cancellationToken) => AnswerAsync(context.Message, handler, cancellationToken), consumer, CancellationToken.None);
        return subscribing.AsTask().GetAwaiter().GetResult();
    }

    private void Stop(CancellationTokenSource deadline, Type request)
    {
        try
        {
            deadline.Cancel();
        }
        catch (AggregateException exception)
        {
            // Thrown by what the handler registered on its token; whoever asked has nothing to do with it.
            hub.HandlerFault(request, exception);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whoever asked gets it.")]
    private static async ValueTask AnswerAsync<TRequest, TReply>(PendingRequest<TRequest, TReply> pending, Func<TRequest, CancellationToken, ValueTask<TReply>> handler, CancellationToken cancellationToken)
    {
        if (!pending.TryStart())
        {
            return;
        }

        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, pending.Deadline);
        try
        {
            pending.Answer(await handler(pending.Request, linked.Token).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            pending.Fail(exception);
        }
    }
}
