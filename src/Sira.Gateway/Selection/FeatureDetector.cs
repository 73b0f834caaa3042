using Microsoft.Extensions.AI;
using Sira.Models;

namespace Sira.Gateway.Selection;

/// <summary>Reads off messages and options which features a request uses.</summary>
internal static class FeatureDetector
{
    public static RequestFeatures Detect(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var features = RequestFeatures.None;
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            if (message.Role == ChatRole.System)
            {
                features |= RequestFeatures.SystemMessage;
            }

            var contents = message.Contents;
            for (var j = 0; j < contents.Count; j++)
            {
                features |= OfContent(contents[j]);
            }
        }

        return options is null ? features : features | OfOptions(options);
    }

    private static RequestFeatures OfContent(AIContent content) => content switch
    {
        TextContent => RequestFeatures.None,
        DataContent data => OfMediaType(data.MediaType),
        UriContent uri => OfMediaType(uri.MediaType),
        HostedFileContent => RequestFeatures.FileInput,
        FunctionResultContent { Result: AIContent returned } => OfContent(returned),
        FunctionResultContent { Result: IEnumerable<AIContent> returned } => OfContents(returned),
        _ => RequestFeatures.None,
    };

    private static RequestFeatures OfContents(IEnumerable<AIContent> contents)
    {
        var features = RequestFeatures.None;
        foreach (var content in contents)
        {
            features |= OfContent(content);
        }

        return features;
    }

    private static RequestFeatures OfMediaType(string mediaType) =>
        mediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase) ? RequestFeatures.ImageInput
        : mediaType.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) ? RequestFeatures.AudioInput
        : mediaType.StartsWith("video/", StringComparison.OrdinalIgnoreCase) ? RequestFeatures.VideoInput
        : RequestFeatures.FileInput;

    private static RequestFeatures OfOptions(ChatOptions options)
    {
        var features = RequestFeatures.None;
        features |= string.IsNullOrEmpty(options.Instructions) ? 0 : RequestFeatures.SystemMessage;
        features |= options.Temperature is null ? 0 : RequestFeatures.Temperature;
        features |= options.TopP is null ? 0 : RequestFeatures.TopP;
        features |= options.TopK is null ? 0 : RequestFeatures.TopK;
        features |= options.FrequencyPenalty is null ? 0 : RequestFeatures.FrequencyPenalty;
        features |= options.PresencePenalty is null ? 0 : RequestFeatures.PresencePenalty;
        features |= options.Seed is null ? 0 : RequestFeatures.Seed;
        features |= options.StopSequences is { Count: > 0 } ? RequestFeatures.StopSequences : 0;
        features |= options.MaxOutputTokens is null ? 0 : RequestFeatures.MaxOutputTokens;
        features |= options.Reasoning is { Effort: not ReasoningEffort.None } and ({ Effort: not null } or { Output: not (null or ReasoningOutput.None) }) ? RequestFeatures.Reasoning : 0;
        features |= options.ConversationId is null ? 0 : RequestFeatures.ProviderConversation;
        features |= options.AllowBackgroundResponses == true || options.ContinuationToken is not null ? RequestFeatures.BackgroundResponses : 0;
        features |= options.ResponseFormat switch
        {
            ChatResponseFormatJson { Schema: not null } => RequestFeatures.JsonSchemaOutput,
            ChatResponseFormatJson => RequestFeatures.JsonOutput,
            _ => 0,
        };

        if (options.Tools is { Count: > 0 } tools)
        {
            for (var i = 0; i < tools.Count; i++)
            {
                features |= OfTool(tools[i]);
            }

            features |= options.ToolMode is RequiredChatToolMode ? RequestFeatures.ToolChoiceRequired : 0;
            features |= options.AllowMultipleToolCalls is null ? 0 : RequestFeatures.ParallelToolCalls;
        }

        return features;
    }

    private static RequestFeatures OfTool(AITool tool) => tool switch
    {
        AIFunctionDeclaration => RequestFeatures.Tools,
        HostedWebSearchTool => RequestFeatures.WebSearch,
        HostedCodeInterpreterTool => RequestFeatures.CodeInterpreter,
        HostedFileSearchTool => RequestFeatures.FileSearch,
        HostedMcpServerTool => RequestFeatures.HostedMcp,
        HostedImageGenerationTool => RequestFeatures.ImageGeneration,
        _ => RequestFeatures.Tools,
    };
}
