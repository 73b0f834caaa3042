using Sira.Backends.Anthropic;
using Sira.Backends.Http;

namespace Sira.Backends.Kinds;

/// <summary>Anthropic's Claude models over the Messages API.</summary>
internal sealed class AnthropicKind : IBackendKind
{
    public string Name => "anthropic";

    public string Provider => "anthropic";

    public Uri? DefaultEndpoint { get; } = new("https://api.anthropic.com/v1");

    public IReadOnlyList<string> KeyVariables { get; } = ["ANTHROPIC_API_KEY"];

    public string? EndpointVariable => null;

    public bool RequiresKey => true;

    public AuthScheme Auth => AuthScheme.XApiKey;

    public string? DefaultModel => "claude-haiku-4-5";

    public IReadOnlyList<string> Apis { get; } = ["messages"];

    public BackendWires CreateWires(in WireSettings settings)
    {
        var models = settings.Models;
        return new BackendWires
        {
            Chat = new AnthropicWireFormat(new AnthropicWireOptions
            {
                MaxOutputTokens = modelId => models(modelId).MaxOutputTokens,
                TimeProvider = settings.Time,
            }),
            Features = AnthropicWireFormat.Features,
            Endpoint = settings.Endpoint,
            Headers = [new(AnthropicHeaders.Version, settings.ApiVersion ?? AnthropicHeaders.VersionValue)],
        };
    }
}
