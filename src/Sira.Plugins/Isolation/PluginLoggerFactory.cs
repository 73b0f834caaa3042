using Microsoft.Extensions.Logging;

namespace Sira.Plugins.Isolation;

/// <summary>The loggers of one plugin: the host's, under categories that begin with the plugin's id, until the plugin has ended.</summary>
/// <param name="host">The host's loggers.</param>
/// <param name="pluginId">The plugin.</param>
internal sealed class PluginLoggerFactory(ILoggerFactory host, string pluginId) : ILoggerFactory
{
    private volatile bool disposed;

    /// <summary>Gets a value indicating whether the plugin has ended.</summary>
    public bool IsDisposed => disposed;

    public ILogger CreateLogger(string categoryName)
    {
        ArgumentNullException.ThrowIfNull(categoryName);
        var isOwn = categoryName.StartsWith(pluginId, StringComparison.OrdinalIgnoreCase) && (categoryName.Length == pluginId.Length || categoryName[pluginId.Length] == '.');
        return new PluginLogger(this, host.CreateLogger(isOwn ? categoryName : $"{pluginId}.{categoryName}"));
    }

    public void AddProvider(ILoggerProvider provider) =>
        throw new PluginException(pluginId, $"The plugin '{pluginId}' adds a provider of logs, which would hear everybody's. Add it to the logging of the host.");

    // The host's factory stays the host's.
    public void Dispose() => disposed = true;
}
