namespace Sira.Benchmarks.Gateway;

/// <summary>The conditions of a unary call.</summary>
public enum UnaryScenario
{
    /// <summary>The leaf completes at once, nobody listens to telemetry.</summary>
    Ready,

    /// <summary>The leaf suspends, nobody listens to telemetry.</summary>
    Suspended,

    /// <summary>The leaf completes at once, spans and metrics are listened to.</summary>
    ReadyListening,
}
