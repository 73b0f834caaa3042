namespace Sira.Backends.OpenAIChat.Requests;

/// <summary>Translates between media types of audio and the names that the wire has for them.</summary>
internal static class AudioFormats
{
    public static string FromMediaType(string mediaType) => mediaType.ToLowerInvariant() switch
    {
        "audio/mpeg" or "audio/mp3" => "mp3",
        "audio/wav" or "audio/x-wav" or "audio/wave" or "audio/vnd.wave" => "wav",
        "audio/l16" or "audio/pcm" => "pcm16",
        "audio/mp4" or "audio/x-m4a" => "m4a",
        var other => other[(other.IndexOf('/', StringComparison.Ordinal) + 1)..],
    };

    public static string ToMediaType(string? format) => format switch
    {
        "mp3" => "audio/mpeg",
        "pcm16" => "audio/pcm",
        "m4a" => "audio/mp4",
        null or "" => "audio/wav",
        _ => $"audio/{format}",
    };
}
