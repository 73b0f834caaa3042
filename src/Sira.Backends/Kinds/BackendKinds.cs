using Sira.Backends.OpenAIChat.Dialects;
using Sira.Kernel.Contributions;

namespace Sira.Backends.Kinds;

/// <summary>The kinds there are. This is the one place that lists them; the OpenAI family comes from <see cref="OpenAIDialects"/> and from dialects that the host adds.</summary>
internal sealed class BackendKinds
{
    /// <summary>The kind of a backend that is any <c>IChatClient</c>.</summary>
    public const string Custom = "custom";

    private readonly List<IBackendKind> kinds = [];

    /// <param name="added">The dialects of host and plugins, which go before Sira's own of the same name.</param>
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

    /// <summary>Returns the kinds that there are with what is contributed.</summary>
    public static BackendKinds Of(ContributionSnapshot contributions) =>
        contributions.GetIndex(static snapshot => new BackendKinds(snapshot.Get<OpenAIDialect>().Select(static contribution => contribution.Value).OfType<OpenAIDialect>()));

    /// <summary>Gets the kinds, in the order in which they are looked for in the environment.</summary>
    public IReadOnlyList<IBackendKind> All => kinds;

    /// <summary>Gets the names that <c>Kind</c> may have.</summary>
    public IEnumerable<string> Names => kinds.Select(static kind => kind.Name);

    /// <summary>Finds a kind.</summary>
    public IBackendKind? Find(string name) => kinds.Find(kind => string.Equals(kind.Name, name, StringComparison.OrdinalIgnoreCase));
}
