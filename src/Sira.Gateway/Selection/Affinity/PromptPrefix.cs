using Microsoft.Extensions.AI;
using Sira.Kernel.Balancing;

namespace Sira.Gateway.Selection.Affinity;

/// <summary>Hashes the beginning of a prompt, which stays the same while a conversation grows: instructions, system messages, tools and the first user message.</summary>
internal static class PromptPrefix
{
    // Enough to tell images apart, without reading megabytes for each call.
    private const int HashedBytes = 64 * 1024;

    public static ulong Hash(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var hash = StableHash.Compute(options?.Instructions ?? string.Empty);
        if (options?.Tools is { } tools)
        {
            for (var i = 0; i < tools.Count; i++)
            {
                hash = StableHash.Combine(hash, StableHash.Combine(StableHash.Compute(tools[i].Name), StableHash.Compute(tools[i].Description ?? string.Empty)));
            }
        }

        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            if (message.Role == ChatRole.System || message.Role == ChatRole.User)
            {
                hash = StableHash.Combine(hash, Hash(message));
            }

            if (message.Role == ChatRole.User)
            {
                break;
            }
        }

        return AffinityHash.NotZero(hash);
    }

    private static ulong Hash(ChatMessage message)
    {
        var hash = StableHash.Compute(message.Role.Value);
        for (var i = 0; i < message.Contents.Count; i++)
        {
            hash = StableHash.Combine(hash, message.Contents[i] switch
            {
                TextContent text => StableHash.Compute(text.Text ?? string.Empty),
                DataContent data => StableHash.Combine((ulong)data.Data.Length, StableHash.Compute(data.Data.Span[..Math.Min(data.Data.Length, HashedBytes)])),
                UriContent uri => StableHash.Compute(uri.Uri.OriginalString),
                HostedFileContent file => StableHash.Compute(file.FileId),
                _ => 0,
            });
        }

        return hash;
    }
}
