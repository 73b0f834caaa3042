namespace Sira.Benchmarks.Gateway;

/// <summary>The conditions of a stream.</summary>
public enum StreamScenario
{
    /// <summary>Every chunk is there when it is asked for.</summary>
    Ready,

    /// <summary>Every chunk is waited for and completed by the same thread.</summary>
    Suspended,

    /// <summary>Every chunk comes by way of the thread pool.</summary>
    Yielding,

    /// <summary>As <see cref="Ready"/>, with spans and metrics listened to.</summary>
    ReadyListening,
}
