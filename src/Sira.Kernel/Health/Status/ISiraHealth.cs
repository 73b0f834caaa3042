namespace Sira.Kernel.Health.Status;

/// <summary>The one status of Sira, made of those of its components.</summary>
public interface ISiraHealth
{
    /// <summary>Asks every component. Makes no calls.</summary>
    /// <returns>The status with its reasons.</returns>
    HealthSummary Check();
}
