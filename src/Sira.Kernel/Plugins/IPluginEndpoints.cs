using Sira.Kernel.Registry;

namespace Sira.Kernel.Plugins;

/// <summary>The service registry as a plugin with the permission <c>registry</c> sees it: it lists endpoints of the services that it named, and they go with it.</summary>
/// <remarks>In the container of a plugin that is permitted it. Thread-safe.</remarks>
public interface IPluginEndpoints
{
    /// <summary>Replaces the list of a service's endpoints that this plugin gives. What others list stays, and comes first where both list the same identity.</summary>
    /// <param name="service">The name of the service, added when it is not known.</param>
    /// <param name="definitions">The endpoints; none to withdraw them.</param>
    /// <exception cref="ArgumentException">A name is blank, or an identity comes twice; nothing is changed.</exception>
    /// <exception cref="Errors.SiraException">The plugin is not permitted the service.</exception>
    void List(string service, params IReadOnlyList<EndpointDefinition> definitions);

    /// <summary>Gets the endpoints of a service, whoever lists them.</summary>
    /// <param name="service">The name of the service.</param>
    /// <returns>The snapshot.</returns>
    /// <exception cref="Errors.SiraException">The plugin is not permitted the service.</exception>
    ServiceSnapshot GetSnapshot(string service);
}
