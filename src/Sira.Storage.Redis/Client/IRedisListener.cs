namespace Sira.Storage.Redis.Client;

/// <summary>Hears what is published on a channel.</summary>
/// <remarks>Called on the thread that reads the connection: it must neither block nor throw. Never called twice at once for one subscription.</remarks>
public interface IRedisListener
{
    /// <summary>Something was published.</summary>
    /// <param name="payload">What; not to be changed.</param>
    void OnMessage(ReadOnlyMemory<byte> payload);

    /// <summary>The connection was lost and the channel is subscribed to again: what was published in between was not heard.</summary>
    void OnMissed();

    /// <summary>Nothing will be heard any more: the client was disposed of.</summary>
    void OnClosed();
}
