using Microsoft.Extensions.Logging;
using Sira.Kernel.Messaging.DeadLetters;

namespace Sira.Kernel.Messaging.Topics;

/// <summary>What topics log. Event ids 1101 to 1119.</summary>
internal sealed partial class TopicLog(ILogger logger)
{
    private readonly ILogger logger = logger;

    [LoggerMessage(EventId = 1101, Level = LogLevel.Warning, Message = "Delivery {Delivery} of message {MessageId} of {Topic} to group {Group} failed; the next one comes in {Delay}.")]
    public partial void DeliveryFailed(string topic, string group, string messageId, int delivery, TimeSpan delay, Exception? exception);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Error, Message = "Group {Group} set message {MessageId} of {Topic} aside ({Reason}) after {Deliveries} deliveries; it is among the dead letters.")]
    public partial void SetAside(string topic, string group, string messageId, DeadLetterReason reason, int deliveries, Exception? exception);

    [LoggerMessage(EventId = 1103, Level = LogLevel.Warning, Message = "Group {Group} ended with {Count} messages that nobody handled; they are dropped.")]
    public partial void GroupEndedWithMessages(string group, int count);

    [LoggerMessage(EventId = 1104, Level = LogLevel.Error, Message = "The journal failed to {Action} group {Group}; it is tried again in {Delay}.")]
    public partial void JournalFailed(string action, string group, TimeSpan delay, Exception exception);

    [LoggerMessage(EventId = 1105, Level = LogLevel.Error, Message = "The durable group {Group} was opened by somebody else; it is consumed here no longer.")]
    public partial void GroupTakenOver(string group, Exception exception);

    [LoggerMessage(EventId = 1106, Level = LogLevel.Warning, Message = "There are {Capacity} dead letters in memory; the oldest one, of group {Group} and topic {Topic}, is dropped.")]
    public partial void DeadLetterDropped(int capacity, string group, string topic);

    [LoggerMessage(EventId = 1107, Level = LogLevel.Warning, Message = "The durable group {Group} listens to {Topic}, which is not durable: it gets none of its messages. Set TopicOptions.IsDurable, or subscribe without IsDurable.")]
    public partial void TopicIsNotDurable(string group, string topic);

    [LoggerMessage(EventId = 1108, Level = LogLevel.Warning, Message = "The journal could not be pruned, so it grows; that is tried again in {Delay}.")]
    public partial void NotPruned(TimeSpan delay, Exception exception);

    [LoggerMessage(EventId = 1109, Level = LogLevel.Error, Message = "A subscription of group {Group} to {Topic} has ended, but a handler of it has not: it was asked to stop {Grace} ago and still runs. It is left behind; let handlers end when their token is cancelled.")]
    public partial void HandlerLeftBehind(string group, string topic, TimeSpan grace);
}
