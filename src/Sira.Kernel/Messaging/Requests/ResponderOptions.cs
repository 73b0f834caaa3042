namespace Sira.Kernel.Messaging.Requests;

/// <summary>How requests are answered. Those who answer the same requests share them.</summary>
public sealed record ResponderOptions
{
    /// <summary>Gets how many requests this responder handles at once.</summary>
    /// <value>Default 16.</value>
    public int Concurrency { get; init; } = 16;

    /// <summary>Gets how many requests may wait or be in work; one more is refused with a <see cref="Errors.QueueFullException"/>.</summary>
    /// <value>Default 1024.</value>
    public int Capacity { get; init; } = 1024;

    /// <summary>Gets how long an ending responder goes on with what it has.</summary>
    /// <value>Default 10 seconds.</value>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
