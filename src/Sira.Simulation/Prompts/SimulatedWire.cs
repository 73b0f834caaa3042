namespace Sira.Simulation.Prompts;

/// <summary>The protocols that a simulated provider understands. Which one a request speaks is told by its path.</summary>
public enum SimulatedWire
{
    /// <summary>None of them; the request is answered with a 404.</summary>
    Unknown,

    /// <summary>OpenAI chat completions and everything compatible: <c>POST …/chat/completions</c>.</summary>
    OpenAIChat,

    /// <summary>OpenAI responses: <c>POST …/responses</c>.</summary>
    OpenAIResponses,

    /// <summary>OpenAI embeddings: <c>POST …/embeddings</c>.</summary>
    OpenAIEmbeddings,

    /// <summary>Anthropic messages: <c>POST …/messages</c>.</summary>
    AnthropicMessages,

    /// <summary>Gemini: <c>POST …/models/{model}:generateContent</c> and <c>:streamGenerateContent</c>.</summary>
    GeminiContent,

    /// <summary>Gemini embeddings: <c>POST …/models/{model}:embedContent</c> and <c>:batchEmbedContents</c>.</summary>
    GeminiEmbeddings,

    /// <summary>The list of models: <c>GET …/models</c>, in the shape of whichever provider the request looks like.</summary>
    Models,
}
