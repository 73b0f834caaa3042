namespace Sira.Kernel.Health.Status;

/// <summary>Tells how one component is. Register any number as services; plugins too.</summary>
/// <remarks>Asked whenever somebody looks, by any number of threads at once. It must not block or call anybody: it tells what the component knows already.</remarks>
public interface IHealthContributor
{
    /// <summary>Gets the name of the component.</summary>
    string Name { get; }

    /// <summary>Tells how the component is.</summary>
    /// <returns>Its health. Who throws is reported as unhealthy.</returns>
    ComponentHealth Check();
}
