using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;
using Sira.Kernel.Configuration;
using Sira.Kernel.Discovery.Sources;

namespace Sira.Kernel.Discovery.Configuration;

/// <summary>Brings the configured services into force when the host has started, and again when the configuration changes.</summary>
/// <remarks>Once everything has started: where the gateway is used, it has read all parts of the configuration by then, and reads them again at each change; alone, the kernel does both itself.</remarks>
internal sealed class ServiceHost(
    ServiceConfiguration configuration,
    ConfiguredServices services,
    EndpointDiscovery discovery,
    SiraConfigurationSection section,
    ILogger<ServiceHost>? logger = null) : IHostedLifecycleService, IDisposable
{
    private readonly ILogger logger = logger ?? NullLogger<ServiceHost>.Instance;
    private IDisposable? watch;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <exception cref="SiraConfigurationException">The services have mistakes.</exception>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (configuration.Current is null)
        {
            if (section.Section is { } root)
            {
                watch = ChangeToken.OnChange(root.GetReloadToken, Reload);
            }

            Load();
        }

        configuration.Changed += Apply;
        Apply();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken) => await discovery.DisposeAsync().ConfigureAwait(false);

    public void Dispose()
    {
        configuration.Changed -= Apply;
        watch?.Dispose();
    }

    private void Load()
    {
        var errors = new ConfigurationErrors();
        var found = section.Section?.GetSection(configuration.Key);
        configuration.Load(found is null ? null : new ConfigurationReader(found, errors), errors);
        errors.ThrowIfAny();
    }

    private void Reload()
    {
        try
        {
            Load();
        }
        catch (SiraConfigurationException exception)
        {
            DiscoveryLog.ConfigurationRejected(logger, exception);
        }
    }

    private void Apply() => services.Apply(configuration.Current!);
}
