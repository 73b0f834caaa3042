using System.Security.Cryptography;
using System.Text;
using Sira.Plugins.Loading.Signing;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Loading.Publishers;

/// <summary>The publishers whose plugins the host trusts, at one moment. Decides what a signature is worth here.</summary>
internal sealed class TrustedPublishers
{
    private readonly Dictionary<string, Publisher> byKey = new(StringComparer.Ordinal);
    private readonly HashSet<string> revoked;

    /// <param name="publishers">The publishers; no two have a key in common.</param>
    /// <param name="section">Where publishers are configured.</param>
    public TrustedPublishers(IReadOnlyList<Publisher> publishers, string section)
    {
        Section = section;
        revoked = publishers.SelectMany(static publisher => publisher.RevokedKeys).ToHashSet(StringComparer.Ordinal);
        foreach (var publisher in publishers)
        {
            foreach (var key in publisher.Keys)
            {
                byKey.TryAdd(key.Id, publisher);
            }
        }

        var said = publishers.SelectMany(static publisher => (IEnumerable<string>)["", publisher.Name, .. publisher.Keys.Select(static key => key.Id), .. publisher.Plugins, .. publisher.RevokedKeys]);
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', said))));
    }

    /// <summary>Gets what tells these publishers from others.</summary>
    public string Fingerprint { get; }

    private string Section { get; }

    /// <summary>Says how far a plugin can be relied on here.</summary>
    /// <param name="signature">What its signature proves.</param>
    /// <param name="pluginId">The id in its manifest.</param>
    public (PluginTrust Trust, string? Reason) Judge(PackageSignature signature, string pluginId)
    {
        if (signature.Trust != PluginTrust.Signed)
        {
            return (signature.Trust, signature.Reason);
        }

        var valid = signature.KeyIds.Where(id => !revoked.Contains(id)).ToList();
        if (valid.Count == 0)
        {
            // Whoever has got hold of the key could have signed anything with it.
            return (PluginTrust.Unsigned, $"The key {signature.KeyIds[0]} that signed it is revoked.");
        }

        var known = valid.Select(byKey.GetValueOrDefault).OfType<Publisher>().ToList();
        if (known.Find(publisher => publisher.MaySign(pluginId)) is { } trusted)
        {
            return (PluginTrust.Trusted, $"'{trusted.Name}' signed it.");
        }

        return (PluginTrust.Signed, known.Count > 0
            ? $"'{known[0].Name}' signed it, and may sign {string.Join(", ", known[0].Plugins)}. Add the id to {Section}:{known[0].Name}:{nameof(PublisherOptions.Plugins)} if that is meant."
            : $"It is signed with the key {valid[0]}, which the host does not know, by somebody who goes by the name '{signature.Publisher}'. If you trust them, put their public key into {Section}:{signature.Publisher}:{nameof(PublisherOptions.PublicKey)}.");
    }
}
