using System.Globalization;
using Sira.Kernel.Health;
using Sira.Kernel.Plugins;
using Sira.Kernel.Registry;

namespace Sira.Plugins.Isolation;

/// <summary>What one plugin lists in the host's registry, withdrawn with it.</summary>
internal sealed class PluginEndpoints(PluginGrant grant, IServiceRegistry registry) : IPluginEndpoints, IDisposable
{
    // Behind everything that the host itself lists.
    private const int Precedence = 1000;

    private static long runs;

    private readonly Lock gate = new();
    // One for each run: while a plugin is replaced both versions list, and the old one withdraws its own only.
    private readonly EndpointOrigin origin = new(string.Create(CultureInfo.InvariantCulture, $"plugin {grant.PluginId}, run {Interlocked.Increment(ref runs)}"), Precedence);
    private readonly HashSet<string> listed = new(StringComparer.OrdinalIgnoreCase);
    private bool disposed;

    public void List(string service, params IReadOnlyList<EndpointDefinition> definitions)
    {
        Check(service);
        ArgumentNullException.ThrowIfNull(definitions);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, typeof(IPluginEndpoints));
            listed.Add(service);
        }

        registry.Update(service, origin, definitions, CircuitBreakerOptions.Default);
        lock (gate)
        {
            if (!disposed)
            {
                return;
            }
        }

        // Stopped meanwhile, perhaps before this list was in.
        registry.Update(service, origin, [], CircuitBreakerOptions.Default);
    }

    public ServiceSnapshot GetSnapshot(string service)
    {
        Check(service);
        return registry.GetSnapshot(service);
    }

    public void Dispose()
    {
        string[] ending;
        lock (gate)
        {
            disposed = true;
            ending = [.. listed];
            listed.Clear();
        }

        foreach (var service in ending)
        {
            registry.Update(service, origin, [], CircuitBreakerOptions.Default);
        }
    }

    private void Check(string service)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        if (grant.Arguments.Count > 0 && !grant.Arguments.Any(argument => PermissionGrants.Matches(argument, service)))
        {
            throw new PluginException(grant.PluginId, $"The plugin '{grant.PluginId}' may not use the service '{service}'. It is permitted {string.Join(", ", grant.Arguments)}; add 'registry: {service}' to its manifest, and where it is not trusted also to the host's configuration.");
        }
    }
}
