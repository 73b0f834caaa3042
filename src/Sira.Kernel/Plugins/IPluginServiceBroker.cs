namespace Sira.Kernel.Plugins;

/// <summary>Gives plugins a service of the host, to those that have the permission for it and as far as that goes.</summary>
/// <remarks>Registered in the host's container by the package that owns the service. A plugin without the permission that asks its container for the service is told which one it lacks.</remarks>
public interface IPluginServiceBroker
{
    /// <summary>Gets the kind of permission, such as <c>network</c>, as manifests name it; <see langword="null"/> for a service that every plugin has.</summary>
    string? Permission { get; }

    /// <summary>Gets the type under which the plugin finds the service.</summary>
    Type ServiceType { get; }

    /// <summary>Says what is wrong with what a manifest limits the permission to, before anything is loaded.</summary>
    /// <param name="argument">What stands after the colon.</param>
    /// <returns>What to write instead; <see langword="null"/> when nothing is wrong.</returns>
    string? Refuse(string argument) => null;

    /// <summary>Makes the plugin's own view of the service. It must let go of everything of the plugin's when it is disposed of, which happens when the plugin has stopped.</summary>
    /// <param name="grant">Whose it will be, and what is allowed.</param>
    /// <returns>The service.</returns>
    object Create(PluginGrant grant);

    /// <summary>Makes what a plugin without the permission gets. It is disposed of like the service.</summary>
    /// <param name="pluginId">Whose it will be.</param>
    /// <returns>What it may have all the same; <see langword="null"/> when whoever asks for the service is refused.</returns>
    object? CreateWithout(string pluginId) => null;
}
