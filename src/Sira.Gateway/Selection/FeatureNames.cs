using System.Numerics;
using Sira.Models;

namespace Sira.Gateway.Selection;

/// <summary>Names features the way the caller wrote them, for errors and explanations.</summary>
internal static class FeatureNames
{
    /// <summary>Options that only tune an answer; under <see cref="Configuration.UnsupportedOptionPolicy.Drop"/> they may be left out.</summary>
    public const RequestFeatures Droppable = RequestFeatures.Temperature | RequestFeatures.TopP | RequestFeatures.TopK | RequestFeatures.FrequencyPenalty
        | RequestFeatures.PresencePenalty | RequestFeatures.Seed | RequestFeatures.Reasoning | RequestFeatures.ParallelToolCalls;

    public static string Describe(RequestFeatures features)
    {
        var names = new List<string>(BitOperations.PopCount((ulong)features));
        for (var rest = (ulong)features; rest != 0; rest &= rest - 1)
        {
            names.Add(NameOf((RequestFeatures)(rest & ~(rest - 1))));
        }

        return string.Join(", ", names);
    }

    private static string NameOf(RequestFeatures feature) => feature switch
    {
        RequestFeatures.SystemMessage => "system message",
        RequestFeatures.ImageInput => "image input",
        RequestFeatures.AudioInput => "audio input",
        RequestFeatures.VideoInput => "video input",
        RequestFeatures.FileInput => "file input",
        RequestFeatures.Tools => "function tools",
        RequestFeatures.ToolChoiceRequired => "ToolMode (a required tool call)",
        RequestFeatures.ParallelToolCalls => "AllowMultipleToolCalls",
        RequestFeatures.JsonOutput => "ResponseFormat (JSON)",
        RequestFeatures.JsonSchemaOutput => "ResponseFormat (JSON schema)",
        RequestFeatures.Reasoning => "Reasoning",
        RequestFeatures.WebSearch => "hosted web search",
        RequestFeatures.CodeInterpreter => "hosted code interpreter",
        RequestFeatures.FileSearch => "hosted file search",
        RequestFeatures.HostedMcp => "hosted MCP server",
        RequestFeatures.ProviderConversation => "ConversationId",
        RequestFeatures.BackgroundResponses => "AllowBackgroundResponses",
        RequestFeatures.ImageGeneration => "hosted image generation",
        RequestFeatures.Streaming => "streaming",
        _ => feature.ToString(),
    };
}
