namespace Sira.Models;

/// <summary>What a request asks of a target beyond plain text. A target that lacks one of them is not a candidate, so that no option is dropped silently.</summary>
[Flags]
public enum RequestFeatures : ulong
{
    /// <summary>Plain text in, plain text out.</summary>
    None = 0,

    /// <summary>A system message or instructions.</summary>
    SystemMessage = 1 << 0,

    /// <summary>Image input.</summary>
    ImageInput = 1 << 1,

    /// <summary>Audio input.</summary>
    AudioInput = 1 << 2,

    /// <summary>Video input.</summary>
    VideoInput = 1 << 3,

    /// <summary>PDF or other file input.</summary>
    FileInput = 1 << 4,

    /// <summary>Function tools.</summary>
    Tools = 1 << 5,

    /// <summary>A tool call is demanded, any or a specific one.</summary>
    ToolChoiceRequired = 1 << 6,

    /// <summary>Parallel tool calls are switched on or off explicitly.</summary>
    ParallelToolCalls = 1 << 7,

    /// <summary>JSON output without a schema.</summary>
    JsonOutput = 1 << 8,

    /// <summary>JSON output after a schema.</summary>
    JsonSchemaOutput = 1 << 9,

    /// <summary>A reasoning effort other than none, or reasoning output.</summary>
    Reasoning = 1 << 10,

    /// <summary><c>Temperature</c>.</summary>
    Temperature = 1 << 11,

    /// <summary><c>TopP</c>.</summary>
    TopP = 1 << 12,

    /// <summary><c>TopK</c>.</summary>
    TopK = 1 << 13,

    /// <summary><c>FrequencyPenalty</c>.</summary>
    FrequencyPenalty = 1 << 14,

    /// <summary><c>PresencePenalty</c>.</summary>
    PresencePenalty = 1 << 15,

    /// <summary><c>Seed</c>.</summary>
    Seed = 1 << 16,

    /// <summary><c>StopSequences</c>.</summary>
    StopSequences = 1 << 17,

    /// <summary><c>MaxOutputTokens</c>.</summary>
    MaxOutputTokens = 1 << 18,

    /// <summary>The provider's own web search tool.</summary>
    WebSearch = 1 << 19,

    /// <summary>The provider's own code interpreter tool.</summary>
    CodeInterpreter = 1 << 20,

    /// <summary>The provider's own file search tool.</summary>
    FileSearch = 1 << 21,

    /// <summary>The provider's own MCP client.</summary>
    HostedMcp = 1 << 22,

    /// <summary>Conversation state kept by the provider.</summary>
    ProviderConversation = 1 << 23,

    /// <summary>Background responses and continuation tokens.</summary>
    BackgroundResponses = 1 << 24,

    /// <summary>The provider's own image generation tool.</summary>
    ImageGeneration = 1 << 25,

    /// <summary>Streaming.</summary>
    Streaming = 1 << 26,

    /// <summary>Everything; what is assumed of a backend that does not say.</summary>
    All = (1 << 27) - 1,
}
