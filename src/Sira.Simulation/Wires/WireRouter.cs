using Sira.Simulation.Wires.Anthropic;
using Sira.Simulation.Wires.Gemini;
using Sira.Simulation.Wires.OpenAI;

namespace Sira.Simulation.Wires;

/// <summary>Finds the wire that a request speaks.</summary>
internal static class WireRouter
{
    private static readonly OpenAIChatWire Chat = new();
    private static readonly OpenAIResponsesWire Responses = new();
    private static readonly OpenAIEmbeddingsWire Embeddings = new();
    private static readonly AnthropicWire Anthropic = new();
    private static readonly GeminiWire Gemini = new();
    private static readonly GeminiEmbeddingsWire GeminiEmbeddings = new();

    /// <summary>Returns the wire of a POST.</summary>
    /// <param name="path">The URL's path.</param>
    /// <returns>The wire, or <see langword="null"/>.</returns>
    public static Wire? Find(string path) => path switch
    {
        _ when Ends(path, "/chat/completions") => Chat,
        _ when Ends(path, "/responses") => Responses,
        _ when Ends(path, "/embeddings") => Embeddings,
        _ when Ends(path, "/messages") => Anthropic,
        _ when Ends(path, ":generateContent") || Ends(path, ":streamGenerateContent") => Gemini,
        _ when Ends(path, ":embedContent") || Ends(path, ":batchEmbedContents") => GeminiEmbeddings,
        _ => null,
    };

    /// <summary>Returns the words for errors on a path that no wire knows.</summary>
    /// <param name="path">The URL's path.</param>
    /// <param name="headers">The headers.</param>
    /// <returns>The words of whichever provider the request looks like.</returns>
    public static ErrorShape ErrorsOf(string path, IReadOnlyDictionary<string, string> headers) =>
        headers.ContainsKey("anthropic-version") ? AnthropicErrorShape.Instance
        : LooksLikeGemini(path, headers) ? GeminiErrorShape.Instance
        : OpenAIErrorShape.Chat;

    /// <summary>Returns whether a path asks for the list of models.</summary>
    /// <param name="path">The URL's path.</param>
    /// <returns>Whether it does.</returns>
    public static bool IsModels(string path) => Ends(path, "/models");

    private static bool LooksLikeGemini(string path, IReadOnlyDictionary<string, string> headers) =>
        headers.ContainsKey("x-goog-api-key") || (path.Contains("/v1beta/", StringComparison.Ordinal) && !path.Contains("/openai/", StringComparison.Ordinal));

    private static bool Ends(string path, string end) => path.EndsWith(end, StringComparison.Ordinal);
}
