using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Sira.Session.History;

/// <summary>How the contents of messages are written and read.</summary>
internal static class ContentJson
{
    /// <summary>How deep JSON may be. What a tool returns may be 64 deep on its own, which is as far as the defaults go for a whole message: it could be written and never read again.</summary>
    public const int MaximumDepth = 256;

    /// <summary>The options for messages.</summary>
    public static JsonSerializerOptions Options { get; } = MakeOptions();

    /// <summary>The options of writers. Nothing but what JSON asks for is escaped: a Chinese character takes three bytes and not six.</summary>
    public static JsonWriterOptions Writer { get; } = new() { MaxDepth = MaximumDepth, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static JsonSerializerOptions MakeOptions()
    {
        var options = new JsonSerializerOptions(AIJsonUtilities.DefaultOptions) { MaxDepth = MaximumDepth, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        options.MakeReadOnly();
        return options;
    }
}
