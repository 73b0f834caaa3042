namespace Sira.Kernel.Discovery;

/// <summary>How many endpoints of a service are in which state of health.</summary>
/// <param name="Healthy">Those that serve their whole share.</param>
/// <param name="Degraded">Those that serve a part of it.</param>
/// <param name="Draining">Those that finish what they have.</param>
/// <param name="Unhealthy">Those that get no calls.</param>
public readonly record struct ServiceHealth(int Healthy, int Degraded, int Draining, int Unhealthy)
{
    /// <summary>Gets the number of all endpoints.</summary>
    public int Total => Healthy + Degraded + Draining + Unhealthy;

    /// <summary>Gets whether any endpoint gets calls.</summary>
    public bool IsAvailable => Healthy + Degraded > 0;
}
