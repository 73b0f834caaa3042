using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.Topics;

namespace Sira.Kernel.Messaging.Contributed;

/// <summary>A declared subscriber of one type of message.</summary>
/// <typeparam name="T">The type of message.</typeparam>
internal sealed class MessageSubscriber<T>(
    IServiceScopeFactory scopes,
    string pattern,
    ConsumerOptions<T> options,
    Func<IServiceProvider, MessageContext<T>, CancellationToken, ValueTask> handler) : MessageSubscriber(pattern)
{
    public ConsumerOptions<T> Options => options;

    public override Type MessageType => typeof(T);

    public override bool IsDurable => options.IsDurable;

    public override void Validate(string path, ConfigurationErrors errors)
    {
        if (TopicPattern.Refuse(Pattern) is { } problem)
        {
            errors.Add(path, $"'{Pattern}' is no pattern of topics.", problem);
        }

        options.Validate(path, errors);
    }

    public override SubscriberSlot CreateSlot(IMessageBus bus, Contribution<MessageSubscriber> contribution) => new SubscriberSlot<T>(bus, this, contribution);

    public async ValueTask HandleAsync(MessageContext<T> message, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            await handler(scope.ServiceProvider, message, cancellationToken).ConfigureAwait(false);
        }
    }
}
