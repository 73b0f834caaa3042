using Sira.Backends.OpenAIChat.Dialects;

namespace Sira.Backends.Kinds;

/// <summary>The kinds there are. This is the one place that lists them; the OpenAI family comes from <see cref="OpenAIDialects"/> and from dialects that the host adds.</summary>
internal sealed class BackendKinds
{
    /// <summary>The kind of a backend that is any <c>IChatClient</c>.</summary>
    public const string Custom = "custom";

    private readonly List<IBackendKind> kinds = [];

    /// <param name="added">The host's dialects, which go before Sira's own of the same name.</param>
    public BackendKinds(IEnumerable<OpenAIDialect> added)
    {
        IEnumerable<IBackendKind> all =
        [
            .. added.Select(static dialect => new OpenAIKind(dialect)),
            .. OpenAIDialects.All.Select(static dialect => new OpenAIKind(dialect)),
            new AnthropicKind(),
            new GeminiKind(),
        ];
        foreach (var kind in all)
        {
            if (Find(kind.Name) is null)
            {
                kinds.Add(kind);
            }
        }
    }

    /// <summary>Gets the kinds, in the order in which they are looked for in the environment.</summary>
    public IReadOnlyList<IBackendKind> All => kinds;

    /// <summary>Gets the names that <c>Kind</c> may have.</summary>
    public IEnumerable<string> Names => kinds.Select(static kind => kind.Name);

    /// <summary>Finds a kind.</summary>
    public IBackendKind? Find(string name) => kinds.Find(kind => string.Equals(kind.Name, name, StringComparison.OrdinalIgnoreCase));
}
