using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Sira.Tokens;

/// <summary>Estimates single contents.</summary>
internal static class ContentTokens
{
    // An object whose JSON is only made when it is sent.
    private const double UnknownObject = 64;

    // How much of a medium a byte is, at usual qualities: sound at 128 kbit/s, video at 2 Mbit/s, a page of 100 kB.
    private const double AudioBytesPerSecond = 16_000;
    private const double VideoBytesPerSecond = 250_000;
    private const double BytesPerPage = 100_000;

    // What a link leads to cannot be known; it is taken for a minute, or five pages.
    private const double LinkedSeconds = 60;
    private const double LinkedPages = 5;

    /// <summary>Estimates a content of a message.</summary>
    public static double Of(AIContent content, TokenProfile profile) => content switch
    {
        TextContent text => OfText(text.Text, profile),
        TextReasoningContent reasoning => OfText(reasoning.Text, profile),
        FunctionCallContent call => OfCall(call, profile),
        FunctionResultContent result => profile.Result + OfValue(result.Result, profile),
        DataContent data => OfMedia(data.MediaType, data, profile),
        UriContent link => OfMedia(link.MediaType, null, profile),
        HostedFileContent => LinkedPages * profile.Page,
        ErrorContent error => OfText(error.Message, profile),
        _ => 0,
    };

    /// <summary>Estimates text.</summary>
    public static double OfText(ReadOnlySpan<char> text, TokenProfile profile)
    {
        var counter = new TokenCounter(profile);
        counter.Add(text);
        return counter.Tokens;
    }

    /// <summary>Estimates JSON as it is sent.</summary>
    public static double OfJson(JsonElement json, TokenProfile profile)
    {
        if (json.ValueKind == JsonValueKind.Undefined)
        {
            return 0;
        }

        var counter = new TokenCounter(profile);
        counter.AddJson(JsonMarshal.GetRawUtf8Value(json));
        return counter.Tokens;
    }

    private static double OfCall(FunctionCallContent call, TokenProfile profile)
    {
        var tokens = profile.Call + OfText(call.Name, profile);
        if (call.Arguments is { } arguments)
        {
            // The marks of {"name":"value","name":"value"}.
            tokens += 2 * (profile.MarkRun + profile.Mark);
            foreach (var (name, value) in arguments)
            {
                tokens += OfText(name, profile) + OfValue(value, profile) + (2 * profile.MarkRun) + (4 * profile.Mark);
            }
        }

        return tokens;
    }

    private static double OfValue(object? value, TokenProfile profile)
    {
        switch (value)
        {
            case null:
                return 1;
            case string text:
                return OfText(text, profile);
            case JsonElement json:
                return OfJson(json, profile);
            case AIContent content:
                return Of(content, profile);
            case IEnumerable<AIContent> contents:
                var tokens = 0.0;
                foreach (var content in contents)
                {
                    tokens += Of(content, profile);
                }

                return tokens;
            case ISpanFormattable formattable:
                Span<char> buffer = stackalloc char[128];
                return formattable.TryFormat(buffer, out var written, default, null) ? OfText(buffer[..written], profile) : UnknownObject;
            case bool:
                return 1;
            default:
                return UnknownObject;
        }
    }

    private static double OfMedia(string mediaType, DataContent? data, TokenProfile profile)
    {
        if (Is(mediaType, "image/"))
        {
            return profile.Image;
        }

        if (Is(mediaType, "audio/"))
        {
            return profile.AudioSecond * (data is null ? LinkedSeconds : Math.Max(1, data.Data.Length / AudioBytesPerSecond));
        }

        if (Is(mediaType, "video/"))
        {
            return profile.VideoSecond * (data is null ? LinkedSeconds : Math.Max(1, data.Data.Length / VideoBytesPerSecond));
        }

        if (Is(mediaType, "text/") && data is not null)
        {
            // English text is about four bytes a token.
            return data.Data.Length / 4.0;
        }

        return profile.Page * (data is null ? LinkedPages : Math.Max(1, Math.Ceiling(data.Data.Length / BytesPerPage)));
    }

    private static bool Is(string mediaType, string prefix) => mediaType.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
}
