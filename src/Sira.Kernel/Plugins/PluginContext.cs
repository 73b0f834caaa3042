using Microsoft.Extensions.Configuration;

namespace Sira.Kernel.Plugins;

/// <summary>What a plugin is told about itself. In its container as a service.</summary>
public sealed class PluginContext
{
    private readonly Action<Exception>? report;

    /// <summary>Initializes a new instance. The plugin host makes them; make one in a test of your plugin.</summary>
    /// <param name="id">The plugin's identity.</param>
    /// <param name="version">The plugin's version.</param>
    /// <param name="settings">What the host's configuration sets for it.</param>
    /// <param name="report">Hears of faults; <see langword="null"/> means nobody.</param>
    /// <param name="stopping">Cancelled when the plugin is about to stop.</param>
    public PluginContext(string id, string version, IConfiguration settings, Action<Exception>? report = null, CancellationToken stopping = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentException.ThrowIfNullOrWhiteSpace(version);
        ArgumentNullException.ThrowIfNull(settings);
        (Id, Version, Settings, Stopping, this.report) = (id, version, settings, stopping, report);
    }

    /// <summary>Gets the plugin's identity.</summary>
    public string Id { get; }

    /// <summary>Gets the plugin's version.</summary>
    public string Version { get; }

    /// <summary>Gets what the host's configuration sets for the plugin, <c>Sira:Plugins:Items:{id}:Settings</c>, as of its start; when that changes, the plugin is restarted. Nothing else of the host's configuration is seen.</summary>
    public IConfiguration Settings { get; }

    /// <summary>Gets the token that is cancelled when the plugin is about to stop. It is the plugin's own: what is registered on it goes with the plugin.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Tells the host that the plugin cannot go on, so that it is restarted. For failures in the background, which nobody else sees.</summary>
    /// <param name="exception">Why.</param>
    public void ReportFault(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        report?.Invoke(exception);
    }
}
