using Sira.Kernel.Plugins;

namespace Sira.Plugins.Isolation;

/// <summary>Gives plugins with the permission <c>network</c> an HTTP client that reaches the hosts they named, such as <c>network: api.example.com</c> or <c>network: *.example.com:8443</c>.</summary>
/// <remarks>What a plugin opens by itself, past the factory, is not held up: in one process nothing can.</remarks>
internal sealed class NetworkBroker : IPluginServiceBroker
{
    public string Permission => "network";

    public Type ServiceType => typeof(IHttpClientFactory);

    public string? Refuse(string argument) => PermittedHost.TryParse(argument, out _) ? null : PermittedHost.Grammar;

    public object Create(PluginGrant grant) => new PluginHttpClientFactory(grant);
}
