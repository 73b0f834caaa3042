using Sira.Kernel.Errors;

namespace Sira.Plugins;

/// <summary>A plugin could not be loaded, started, stopped or given what it asked for. The message names the plugin and the fix; the host goes on.</summary>
public sealed class PluginException : SiraException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="pluginId">The plugin.</param>
    /// <param name="message">What happened, the current value, and the fix.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public PluginException(string pluginId, string message, Exception? innerException = null)
        : base(message, innerException) => PluginId = pluginId;

    /// <summary>Gets the plugin's id, or the file where it is not known.</summary>
    public string PluginId { get; }
}
