using Microsoft.Extensions.Primitives;
using Sira.Kernel.Configuration;

namespace Sira.Plugins.Sources;

/// <summary>A place where plugins are found: the host's code, a folder of packages, a store of another kind of code.</summary>
public interface IPluginSource
{
    /// <summary>Finds the plugins that are there now. What is unreadable is reported and left out; the others are found all the same.</summary>
    /// <param name="errors">Where mistakes go. Of a package that cannot be read, mark the file as faulty, as a <c>package</c>: it is then shown among the plugins, with the mistakes whose path is the file, or begins with it and a colon.</param>
    /// <returns>The plugins. One that has not changed since the last call is best the same object.</returns>
    IReadOnlyList<AvailablePlugin> Discover(ConfigurationErrors errors);

    /// <summary>Returns a token that fires when other plugins may be found.</summary>
    /// <returns>The token; <see langword="null"/> when they never change.</returns>
    IChangeToken? GetChangeToken();
}
