using Sira.Storage.Redis.Client.Protocol;

namespace Sira.Storage.Redis.Client.Connections;

/// <summary>Tells messages from answers. RESP3 sends both on subscriptions as pushes, RESP2 both as arrays.</summary>
internal static class PushKinds
{
    /// <summary>Whether it is the answer to SUBSCRIBE or UNSUBSCRIBE, which comes as a push too.</summary>
    public static bool IsAnswer(in RespValue value) => value.Items is [var kind, ..] && (kind.Is("subscribe"u8) || kind.Is("unsubscribe"u8));

    /// <summary>Whether it is something that was published.</summary>
    public static bool IsMessage(in RespValue value) => value.Type is RespType.Push or RespType.Array && value.Items is [var kind, _, _] && kind.Is("message"u8);
}
