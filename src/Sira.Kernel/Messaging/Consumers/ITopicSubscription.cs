namespace Sira.Kernel.Messaging.Consumers;

/// <summary>A subscription to topics.</summary>
/// <remarks>Disposing ends it: running handlers finish, and the last subscription of a group that is not durable also handles what is queued, all within <see cref="ConsumerOptions{T}.DrainTimeout"/>. What a durable group has not finished is delivered to whoever opens the group next.</remarks>
public interface ITopicSubscription : IAsyncDisposable
{
    /// <summary>Gets the name of the group.</summary>
    string Group { get; }

    /// <summary>Gets the topics that it listens to: a name or a pattern.</summary>
    string Pattern { get; }
}
