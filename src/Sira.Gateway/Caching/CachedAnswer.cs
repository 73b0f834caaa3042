using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Gateway.Caching.Storage;

namespace Sira.Gateway.Caching;

/// <summary>Makes answers of entries, marked with what they are.</summary>
internal static class CachedAnswer
{
    /// <summary>Makes a response of its own for a caller.</summary>
    /// <returns>The response, or <see langword="null"/> when the entry cannot be read.</returns>
    public static ChatResponse? Create(CacheEntry entry, CacheStatus status)
    {
        if (AnswerJson.TryRead(entry.Json) is not { } response)
        {
            return null;
        }

        Mark(response, status);
        return response;
    }

    public static void Mark(ChatResponse response, CacheStatus status)
    {
        var properties = response.AdditionalProperties ??= [];
        properties[CacheStatus.PropertyName] = status;
        if (status.Degraded is not DegradedMode.None and var mode)
        {
            properties[DegradedModeExtensions.PropertyName] = mode;
        }
    }

    /// <summary>Makes the update that ends a stream of a model: nothing but the mark.</summary>
    public static ChatResponseUpdate CreateLast(ChatResponseUpdate? last) => new()
    {
        // No message id: the properties of an update that has one are put on the message, not on the response.
        ResponseId = last?.ResponseId,
        ModelId = last?.ModelId,
        AdditionalProperties = new AdditionalPropertiesDictionary { [CacheStatus.PropertyName] = CacheStatus.Miss },
    };

    /// <summary>Makes a stream of a response: an update for each content, the finish reason, the usage and the mark last.</summary>
    public static List<ChatResponseUpdate> Split(ChatResponse response)
    {
        var updates = new List<ChatResponseUpdate>();
        var number = 0;
        foreach (var message in response.Messages)
        {
            // Without an id, updates of two messages would be put together as one, and a message's properties put on the response.
            number++;
            var id = message.MessageId ?? (response.Messages.Count > 1 || message.AdditionalProperties is not null ? $"{response.ResponseId}#{number}" : null);
            for (var i = 0; i < message.Contents.Count; i++)
            {
                updates.Add(new ChatResponseUpdate(message.Role, [message.Contents[i]])
                {
                    AuthorName = message.AuthorName,
                    MessageId = id,
                    AdditionalProperties = i == 0 ? message.AdditionalProperties : null,
                });
            }
        }

        updates.Add(new ChatResponseUpdate(null, response.Usage is { } usage ? [new UsageContent(usage)] : [])
        {
            FinishReason = response.FinishReason,
            AdditionalProperties = response.AdditionalProperties,
        });
        foreach (var update in updates)
        {
            update.ResponseId = response.ResponseId;
            update.ModelId = response.ModelId;
            update.CreatedAt = response.CreatedAt;
        }

        return updates;
    }
}
