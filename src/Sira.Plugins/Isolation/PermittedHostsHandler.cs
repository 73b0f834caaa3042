using Sira.Kernel.Plugins;

namespace Sira.Plugins.Isolation;

/// <summary>Lets requests pass to the hosts that a plugin is permitted.</summary>
internal sealed class PermittedHostsHandler(PluginGrant grant, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri;
        return address is not null && IsPermitted(address)
            ? base.SendAsync(request, cancellationToken)
            : throw new PluginException(grant.PluginId, $"The plugin '{grant.PluginId}' may not reach '{address?.Authority}'. It is permitted {string.Join(", ", grant.Arguments)}; add 'network: {address?.Host}' to its manifest, and where it is not trusted also to the host's configuration.");
    }

    private bool IsPermitted(Uri address) => grant.Arguments.Count == 0 || grant.Arguments.Any(pattern => Matches(pattern, address));

    private static bool Matches(string pattern, Uri address)
    {
        var colon = pattern.LastIndexOf(':');
        var (host, port) = colon < 0 || pattern.EndsWith(']') ? (pattern, null) : (pattern[..colon], pattern[(colon + 1)..]);
        return (port is null ? address.IsDefaultPort : port == address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture))
            && (host.StartsWith("*.", StringComparison.Ordinal) ? address.Host.EndsWith(host[1..], StringComparison.OrdinalIgnoreCase) : string.Equals(host, address.Host, StringComparison.OrdinalIgnoreCase));
    }
}
