using Microsoft.Extensions.AI;
using Sira.Gateway.Caching.Storage;
using Sira.Requests;

namespace Sira.Gateway.Caching.Flights;

/// <summary>Copies a stream while it passes, as long as it may become an answer that can be stored.</summary>
internal sealed class AnswerRecorder(int maximumBytes)
{
    private readonly List<ChatResponseUpdate> updates = [];
    private long bytes;

    public bool IsStorable { get; private set; } = true;

    public void Add(ChatResponseUpdate? update)
    {
        if (!IsStorable)
        {
            return;
        }

        if (update is null || update.ContinuationToken is not null || update.ConversationId is not null
            || update.FinishReason is { } finish && finish != ChatFinishReason.Stop
            || !TryCopy(update.Contents, out var contents))
        {
            GiveUp();
            return;
        }

        if (update.IsRestart())
        {
            // The answer begins anew; what its consumer discards is no part of it.
            updates.Clear();
            return;
        }

        updates.Add(new ChatResponseUpdate(update.Role, contents)
        {
            AuthorName = update.AuthorName,
            ResponseId = update.ResponseId,
            MessageId = update.MessageId,
            CreatedAt = update.CreatedAt,
            FinishReason = update.FinishReason,
            ModelId = update.ModelId,
            AdditionalProperties = Copy(update.AdditionalProperties),
        });
    }

    /// <summary>Puts the answer together.</summary>
    /// <returns>The answer, or <see langword="null"/> when it cannot be stored.</returns>
    public ChatResponse? ToResponse() => IsStorable ? updates.ToChatResponse() : null;

    private void GiveUp()
    {
        IsStorable = false;
        updates.Clear();
    }

    private bool TryCopy(IList<AIContent> contents, out List<AIContent> copies)
    {
        copies = new List<AIContent>(contents.Count);
        for (var i = 0; i < contents.Count; i++)
        {
            if (!AnswerRules.IsPlain(contents[i]) || Copy(contents[i]) is not { } copy)
            {
                return false;
            }

            copies.Add(copy);
        }

        return bytes <= maximumBytes;
    }

    private AIContent? Copy(AIContent content)
    {
        AIContent copy;
        switch (content)
        {
            case TextContent text:
                bytes += text.Text.Length;
                copy = new TextContent(text.Text);
                break;
            case TextReasoningContent reasoning:
                bytes += reasoning.Text.Length + (reasoning.ProtectedData?.Length ?? 0);
                copy = new TextReasoningContent(reasoning.Text) { ProtectedData = reasoning.ProtectedData };
                break;
            case DataContent data:
                bytes += data.Data.Length;
                copy = new DataContent(data.Data.ToArray(), data.MediaType) { Name = data.Name };
                break;
            case UriContent link:
                copy = new UriContent(link.Uri, link.MediaType);
                break;
            case UsageContent usage:
                var details = new UsageDetails();
                details.Add(usage.Details);
                copy = new UsageContent(details);
                break;
            default:
                return null;
        }

        copy.AdditionalProperties = Copy(content.AdditionalProperties);
        return TryCopyAnnotations(content, copy) ? copy : null;
    }

    private static bool TryCopyAnnotations(AIContent content, AIContent copy)
    {
        if (content.Annotations is not { Count: > 0 } annotations)
        {
            return true;
        }

        copy.Annotations = [];
        for (var i = 0; i < annotations.Count; i++)
        {
            if (annotations[i] is not CitationAnnotation citation || citation.GetType() != typeof(CitationAnnotation))
            {
                return false;
            }

            copy.Annotations.Add(new CitationAnnotation
            {
                Title = citation.Title,
                Url = citation.Url,
                FileId = citation.FileId,
                ToolName = citation.ToolName,
                Snippet = citation.Snippet,
                AnnotatedRegions = citation.AnnotatedRegions is { } regions ? [.. regions] : null,
                AdditionalProperties = Copy(citation.AdditionalProperties),
            });
        }

        return true;
    }

    private static AdditionalPropertiesDictionary? Copy(AdditionalPropertiesDictionary? properties) => properties is null ? null : new AdditionalPropertiesDictionary(properties);
}
