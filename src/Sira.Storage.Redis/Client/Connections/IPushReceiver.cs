using Sira.Storage.Redis.Client.Protocol;

namespace Sira.Storage.Redis.Client.Connections;

/// <summary>Takes what a server sends without being asked.</summary>
internal interface IPushReceiver
{
    /// <summary>Looks at what has come. Must not throw.</summary>
    /// <param name="value">What has come.</param>
    /// <returns>Whether it was a message; otherwise it is the answer to a command.</returns>
    bool TryTake(in RespValue value);
}
