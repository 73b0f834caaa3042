using Sira.Kernel.Plugins;

namespace Sira.Plugins.Isolation;

/// <summary>Lets requests pass to the hosts that a plugin is permitted.</summary>
internal sealed class PermittedHostsHandler(PluginGrant grant, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private readonly PermittedHost[] permitted = [.. grant.Arguments.Select(static argument => PermittedHost.TryParse(argument, out var host) ? host : throw new ArgumentException($"'{argument}' is no host. {PermittedHost.Grammar}", nameof(grant)))];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Check(request);
        return base.SendAsync(request, cancellationToken);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Check(request);
        return base.Send(request, cancellationToken);
    }

    private void Check(HttpRequestMessage request)
    {
        if (permitted.Length == 0)
        {
            return;
        }

        var address = request.RequestUri;
        if (address is null || !IsPermitted(address))
        {
            throw Refused(address?.Authority, address?.Host);
        }

        // Behind one address of a delivery network stand the hosts of everybody, and this header says which is meant.
        if (request.Headers.Host is { } host && (!Uri.TryCreate($"{address.Scheme}://{host}/", UriKind.Absolute, out var meant) || !IsPermitted(meant)))
        {
            throw Refused(host, host);
        }
    }

    private bool IsPermitted(Uri address) => Array.Exists(permitted, host => host.Includes(address));

    private PluginException Refused(string? authority, string? host) => new(
        grant.PluginId,
        $"The plugin '{grant.PluginId}' may not reach '{authority}'. It is permitted {string.Join(", ", grant.Arguments)}; add 'network: {host}' to its manifest, and where it is not trusted also to the host's configuration.");
}
