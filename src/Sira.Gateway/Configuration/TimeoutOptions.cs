namespace Sira.Gateway.Configuration;

/// <summary>The timeouts of one attempt, each with its own error. The connect timeout belongs to the backend.</summary>
/// <remarks>Unset ones follow the model and the reasoning effort, because hidden reasoning delays the first token: see <c>docs/timeouts.md</c> for the table.</remarks>
public sealed class TimeoutOptions
{
    /// <summary>Gets or sets how long a stream's response headers may take.</summary>
    /// <value>Default: as <see cref="FirstToken"/>, since some providers send headers only with the first token.</value>
    public TimeSpan? Headers { get; set; }

    /// <summary>Gets or sets how long the first token of a stream may take.</summary>
    /// <value>Default 30 s; with reasoning 60 s (low), 180 s (medium), 300 s (high), 600 s (extra high).</value>
    public TimeSpan? FirstToken { get; set; }

    /// <summary>Gets or sets how long a stream may pause between two chunks.</summary>
    /// <value>Default 30 s; with reasoning as <see cref="FirstToken"/>.</value>
    public TimeSpan? Idle { get; set; }

    /// <summary>Gets or sets how long a whole stream may take.</summary>
    /// <value>Default 10 minutes; with reasoning 30 minutes.</value>
    public TimeSpan? Total { get; set; }

    /// <summary>Gets or sets how long a unary call may take: its first byte comes with its last.</summary>
    /// <value>Default 120 s; with reasoning 120 s more than <see cref="FirstToken"/>.</value>
    public TimeSpan? Unary { get; set; }
}
