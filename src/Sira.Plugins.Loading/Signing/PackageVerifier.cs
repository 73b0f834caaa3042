using Sira.Kernel.Configuration;
using Sira.Plugins.Loading.Packages;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Loading.Signing;

/// <summary>Says how far the content of a package can be relied on.</summary>
internal sealed class PackageVerifier
{
    /// <summary>Gets what tells these publishers from others.</summary>
    public string Publishers => string.Empty;

    /// <summary>Returns a verifier that also trusts the publishers of the configuration as it is now.</summary>
    public PackageVerifier WithConfiguredPublishers(ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        return this;
    }

    /// <summary>Verifies a package.</summary>
    public (PluginTrust Trust, string? Reason) Verify(PluginPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        return (PluginTrust.Unsigned, null);
    }
}
