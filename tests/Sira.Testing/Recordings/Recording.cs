using System.Text;
using System.Text.Json;

namespace Sira.Testing.Recordings;

/// <summary>One recorded exchange with a real provider, with what the provider's own SDK made of it where that is known.</summary>
public sealed record Recording(JsonElement Element, JsonElement? Expected)
{
    public string Id => Element.GetProperty("id").GetString()!;

    public string Provider => Element.GetProperty("provider").GetString()!;

    public string Api => Element.GetProperty("api").GetString()!;

    public string? Model => Element.GetProperty("model").ValueKind == JsonValueKind.String ? Element.GetProperty("model").GetString() : null;

    public bool Streaming => Element.GetProperty("streaming").ValueKind == JsonValueKind.True;

    public string Url => Element.GetProperty("request").GetProperty("url").GetString()!;

    public JsonElement RequestBody => Element.GetProperty("request").GetProperty("body");

    public int Status => Element.GetProperty("response").GetProperty("status").GetInt32();

    public JsonElement ResponseHeaders => Element.GetProperty("response").GetProperty("headers");

    /// <summary>The response body of a unary exchange: an object, or a string when it was no JSON.</summary>
    public JsonElement? ResponseBody => Element.GetProperty("response").TryGetProperty("body", out var body) ? body : null;

    /// <summary>The response of a streamed exchange as it came over the wire.</summary>
    public string? ResponseEvents => Element.GetProperty("response").TryGetProperty("sse", out var events) && events.ValueKind == JsonValueKind.String ? events.GetString() : null;

    /// <summary>The response as bytes, streamed or not.</summary>
    public byte[] ResponseBytes => Encoding.UTF8.GetBytes(ResponseEvents ?? (ResponseBody is { ValueKind: JsonValueKind.String } text ? text.GetString()! : ResponseBody?.GetRawText() ?? string.Empty));

    public override string ToString() => Id;
}
