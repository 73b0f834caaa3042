namespace Sira.Tests.Simulation;

/// <summary>How a simulated backend behaves.</summary>
internal enum BackendTemper
{
    /// <summary>Answers, quickly.</summary>
    Healthy,

    /// <summary>Answers quickly, or finds fault with the caller.</summary>
    Pedantic,

    /// <summary>Does anything.</summary>
    Flaky,
}
