using Sira.Kernel.Contributions;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.Errors;

namespace Sira.Kernel.Messaging.Contributed;

/// <summary>The subscription of a declared subscriber of one type of message.</summary>
/// <typeparam name="T">The type of message.</typeparam>
/// <remarks>Of a plugin it holds the contribution, which is emptied when the plugin is revoked, and the options; where those have objects of the plugin (a codec, a filter), they are not equal to those of another version, and the slot goes with the plugin.</remarks>
internal sealed class SubscriberSlot<T>(IMessageBus bus, MessageSubscriber<T> subscriber, Contribution<MessageSubscriber> contribution) : SubscriberSlot
{
    private readonly ConsumerOptions<T> options = subscriber.Options;
    private readonly string pattern = subscriber.Pattern;
    private Contribution<MessageSubscriber> serving = contribution;
    private ITopicSubscription? subscription;

    public override string ContributorId { get; } = contribution.Contributor.Id;

    public override string Pattern => pattern;

    public override bool IsDurable => options.IsDurable;

    public override ITopicSubscription? Subscription => subscription;

    public override bool Fits(Contribution<MessageSubscriber> next) =>
        next.Contributor.Id == ContributorId && next.Value is MessageSubscriber<T> other && other.Pattern == pattern && other.Options == options;

    public override void Serve(Contribution<MessageSubscriber> next) => Interlocked.Exchange(ref serving, next);

    public override async Task OpenAsync(SubscriberSlot? replaced)
    {
        // A durable group has one owner at a time, and its messages wait in the journal.
        var takesOver = !IsDurable && bus is MessageBus && replaced is { IsDurable: false };
        subscription = takesOver
            ? await ((MessageBus)bus).ReplaceAsync(replaced!.Subscription, pattern, HandleAsync, options).ConfigureAwait(false)
            : await bus.SubscribeAsync<T>(pattern, HandleAsync, options).ConfigureAwait(false);
    }

    public override async Task EndAsync()
    {
        if (subscription is { } open)
        {
            await open.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask HandleAsync(MessageContext<T> message, CancellationToken cancellationToken)
    {
        while (true)
        {
            var current = Volatile.Read(ref serving);
            if (!current.TryEnter(out var call))
            {
                if (ReferenceEquals(current, Volatile.Read(ref serving)))
                {
                    throw new MessagingException($"The subscriber of '{ContributorId}' for '{pattern}' has stopped and handles no message any more.");
                }

                continue;
            }

            using (call)
            {
                // Entered, and only then looked whether it is still its turn: either this sees the next one, or whoever waits for the calls of this one sees this.
                if (!ReferenceEquals(current, Volatile.Read(ref serving)))
                {
                    continue;
                }

                try
                {
                    await ((MessageSubscriber<T>)call.Value).HandleAsync(message, cancellationToken).ConfigureAwait(false);
                    return;
                }
                catch (Exception exception)
                {
                    call.Fail(exception);
                    throw;
                }
            }
        }
    }
}
