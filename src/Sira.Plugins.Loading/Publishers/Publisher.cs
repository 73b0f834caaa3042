using Sira.Plugins.Loading.Signing;

namespace Sira.Plugins.Loading.Publishers;

/// <summary>A publisher whose plugins the host trusts.</summary>
/// <param name="Name">The name that the host gave it.</param>
/// <param name="Keys">The keys that it signs with.</param>
/// <param name="Plugins">The ids that it may sign, an asterisk at the end of one standing for anything; empty for all.</param>
/// <param name="RevokedKeys">The ids of keys that nobody is to be trusted for any more.</param>
internal sealed record Publisher(string Name, IReadOnlyList<PublicKey> Keys, IReadOnlyList<string> Plugins, IReadOnlyList<string> RevokedKeys)
{
    public bool MaySign(string pluginId) => Plugins.Count == 0 || Plugins.Any(pattern => Matches(pattern, pluginId));

    private static bool Matches(string pattern, string id) =>
        pattern.EndsWith('*') ? id.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase) : string.Equals(pattern, id, StringComparison.OrdinalIgnoreCase);
}
