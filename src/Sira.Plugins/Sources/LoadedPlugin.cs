using Sira.Kernel.Plugins;

namespace Sira.Plugins.Sources;

/// <summary>The loaded code of one plugin.</summary>
public abstract class LoadedPlugin
{
    /// <summary>Makes the plugin's entry object. Called once.</summary>
    /// <returns>The object.</returns>
    public abstract ISiraPlugin CreateInstance();

    /// <summary>Begins to unload the code, which nothing uses any more. Called once, also when the instance could not be made.</summary>
    /// <returns>How the unloading stands.</returns>
    public abstract PluginUnload Unload();
}
