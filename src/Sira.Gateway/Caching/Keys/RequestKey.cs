using Microsoft.Extensions.AI;

namespace Sira.Gateway.Caching.Keys;

/// <summary>The keys of one request.</summary>
/// <param name="Exact">Of everything in it that changes the answer.</param>
/// <param name="Partition">Of all that but the text of the last message.</param>
/// <param name="Text">The text of the last message, where that is plain text of the user; <see langword="null"/> otherwise.</param>
internal readonly record struct RequestKey(CacheKey Exact, CacheKey Partition, string? Text)
{
    /// <summary>Makes the keys.</summary>
    /// <returns><see langword="null"/> when the request has something that may change the answer and is not known here.</returns>
    public static RequestKey? TryCreate(IReadOnlyList<ChatMessage> messages, ChatOptions? options, string? route, string? tenant, string? user)
    {
        if (messages.Count == 0)
        {
            return null;
        }

        using var writer = new KeyWriter();
        writer.String(tenant);
        writer.String(user);
        writer.String(route);
        if (!OptionsEncoder.TryWrite(writer, options))
        {
            return null;
        }

        writer.Count(messages.Count);
        for (var i = 0; i < messages.Count - 1; i++)
        {
            if (!MessageEncoder.TryWrite(writer, messages[i]))
            {
                return null;
            }
        }

        return TryWriteLast(writer, messages[^1], out var text) ? Finish(writer, text) : null;
    }

    private static RequestKey Finish(KeyWriter writer, string? text)
    {
        var partition = writer.Finish();
        writer.Key(partition);
        writer.String(text);
        return new RequestKey(writer.Finish(), partition, text);
    }

    private static bool TryWriteLast(KeyWriter writer, ChatMessage? last, out string? text)
    {
        text = last is not null && last.Role == ChatRole.User && last.Contents is [TextContent { Annotations: null, RawRepresentation: null, AdditionalProperties: null } only] && only.GetType() == typeof(TextContent) ? only.Text : null;
        writer.Tag(text is null ? Tags.WholeMessage : Tags.LastText);
        return text is null ? MessageEncoder.TryWrite(writer, last) : MessageEncoder.TryWriteHead(writer, last!);
    }
}
