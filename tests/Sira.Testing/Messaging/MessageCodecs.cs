using System.Text.Json.Serialization;
using Sira.Kernel.Messaging.Envelopes;

namespace Sira.Testing.Messaging;

/// <summary>How the messages of these tests are kept.</summary>
public static partial class MessageCodecs
{
    public static MessageCodec<int> Number { get; } = new(Context.Default.Int32);

    public static MessageCodec<string> Text { get; } = new(Context.Default.String);

    public static MessageCodec<string> TextWith(EnvelopeOptions options) => new(Context.Default.String, options);

    [JsonSerializable(typeof(int))]
    [JsonSerializable(typeof(string))]
    internal sealed partial class Context : JsonSerializerContext;
}
