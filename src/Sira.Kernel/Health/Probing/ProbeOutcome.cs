namespace Sira.Kernel.Health.Probing;

/// <summary>What one check says of an endpoint.</summary>
public enum ProbeOutcome
{
    /// <summary>It is well.</summary>
    Healthy,

    /// <summary>It answers, but asks to be spared.</summary>
    Degraded,

    /// <summary>It fails.</summary>
    Unhealthy,
}
