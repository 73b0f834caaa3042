using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Models;

namespace Sira.Simulation.Traffic;

/// <summary>What a log says of a request's needs: read off a request, and put into one that stands for it.</summary>
internal static class TrafficFeatures
{
    // The smallest thing of each kind: only its kind matters.
    private static readonly JsonElement Schema = JsonElement.Parse("""{"type":"object","properties":{}}""");

    private static readonly (RequestFeatures Feature, Func<IReadOnlyList<ChatMessage>, ChatOptions?, bool> IsUsed, Action<ChatMessage, ChatOptions> Use)[] Known =
    [
        (RequestFeatures.Tools, static (_, options) => options?.Tools?.OfType<AIFunctionDeclaration>().Any() == true, static (_, options) => (options.Tools ??= []).Add(AIFunctionFactory.CreateDeclaration("tool", null, Schema))),
        (RequestFeatures.ToolChoiceRequired, static (_, options) => options?.ToolMode is RequiredChatToolMode, static (_, options) => options.ToolMode = ChatToolMode.RequireAny),
        (RequestFeatures.JsonSchemaOutput, static (_, options) => options?.ResponseFormat is ChatResponseFormatJson { Schema: not null }, static (_, options) => options.ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema)),
        (RequestFeatures.JsonOutput, static (_, options) => options?.ResponseFormat is ChatResponseFormatJson { Schema: null }, static (_, options) => options.ResponseFormat = ChatResponseFormat.Json),
        (RequestFeatures.Reasoning, static (_, options) => options?.Reasoning?.Effort is not (null or ReasoningEffort.None), static (_, options) => options.Reasoning = new ReasoningOptions { Effort = ReasoningEffort.Medium }),
        (RequestFeatures.Temperature, static (_, options) => options?.Temperature is not null, static (_, options) => options.Temperature = 0.7f),
        (RequestFeatures.Seed, static (_, options) => options?.Seed is not null, static (_, options) => options.Seed = 1),
        (RequestFeatures.StopSequences, static (_, options) => options?.StopSequences is { Count: > 0 }, static (_, options) => options.StopSequences = ["stop"]),
        (RequestFeatures.ImageInput, static (messages, _) => HasMedia(messages, "image/"), static (message, _) => message.Contents.Add(new DataContent("data:image/png;base64,iVBORw0KGgo="))),
        (RequestFeatures.AudioInput, static (messages, _) => HasMedia(messages, "audio/"), static (message, _) => message.Contents.Add(new DataContent("data:audio/wav;base64,UklGRg=="))),
    ];

    /// <summary>Reads off a request what it needs.</summary>
    public static IReadOnlyList<string>? Describe(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var used = Known.Where(known => known.IsUsed(messages, options)).Select(static known => known.Feature.ToString()).ToArray();
        return used.Length == 0 ? null : used;
    }

    /// <summary>Makes a request need what a record says.</summary>
    public static void Apply(TrafficRecord record, ChatMessage message, ChatOptions options)
    {
        foreach (var name in record.Features ?? [])
        {
            foreach (var (feature, _, use) in Known)
            {
                if (string.Equals(name, feature.ToString(), StringComparison.OrdinalIgnoreCase))
                {
                    use(message, options);
                }
            }
        }
    }

    private static bool HasMedia(IReadOnlyList<ChatMessage> messages, string kind) => messages.Any(message => message.Contents.Any(content => content switch
    {
        DataContent data => data.MediaType.StartsWith(kind, StringComparison.OrdinalIgnoreCase),
        UriContent uri => uri.MediaType.StartsWith(kind, StringComparison.OrdinalIgnoreCase),
        _ => false,
    }));
}
