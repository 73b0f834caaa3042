using Sira.Kernel.Plugins;

namespace Sira.Plugins.Isolation;

/// <summary>The HTTP clients of one plugin: one pool of connections, closed with the plugin.</summary>
internal sealed class PluginHttpClientFactory(PluginGrant grant) : IHttpClientFactory, IDisposable
{
    // A redirect would lead past the hosts that are permitted.
    private readonly PermittedHostsHandler handler = new(grant, new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) });

    public HttpClient CreateClient(string name) => new(handler, disposeHandler: false);

    public void Dispose() => handler.Dispose();
}
