using Sira.Backends.Gemini;
using Sira.Backends.Http;

namespace Sira.Backends.Kinds;

/// <summary>Google's Gemini models over the Gemini API.</summary>
internal sealed class GeminiKind : IBackendKind
{
    public string Name => "gemini";

    public string Provider => "gcp.gemini";

    public Uri? DefaultEndpoint { get; } = new("https://generativelanguage.googleapis.com/v1beta");

    public IReadOnlyList<string> KeyVariables { get; } = ["GEMINI_API_KEY", "GOOGLE_API_KEY"];

    public string? EndpointVariable => null;

    public bool RequiresKey => true;

    public AuthScheme Auth => AuthScheme.XGoogApiKey;

    public string? DefaultModel => "gemini-2.5-flash";

    public IReadOnlyList<string> Apis { get; } = ["generate-content"];

    public BackendWires CreateWires(in WireSettings settings) => new()
    {
        Chat = new GeminiWireFormat(),
        Features = GeminiWireFormat.Features,
        Embeddings = new GeminiEmbeddingWireFormat(),
        // The limit of batchEmbedContents.
        MaximumEmbeddingBatch = 100,
        Endpoint = settings.Endpoint,
    };
}
