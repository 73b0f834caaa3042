using System.Text.Json;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIChat.Responses;

/// <summary>Reads the member <c>created</c>.</summary>
internal static class Timestamps
{
    // The range of DateTimeOffset; outside of it the number is nonsense and counts as absent.
    private const long Maximum = 253402300799;

    public static DateTimeOffset? Read(JsonElement body) =>
        body.GetInt64OrNull("created") is { } seconds and > 0 and <= Maximum ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
