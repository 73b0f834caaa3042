using Sira.Models;
using Sira.Simulation.Faults;

namespace Sira.Simulation.Replay;

/// <summary>How one backend of a <see cref="SimulatedWorld"/> behaves.</summary>
public sealed class SimulatedBackendOptions
{
    /// <summary>Gets or sets the kind, such as <c>openai</c>: the wire that is spoken and the catalogue's prices.</summary>
    /// <value>Default: the backend's own name.</value>
    public string? Kind { get; set; }

    /// <summary>Gets or sets the median time to the first token.</summary>
    /// <value>Default 500 ms.</value>
    public TimeSpan FirstToken { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets or sets the spread of <see cref="FirstToken"/>: the standard deviation of its logarithm.</summary>
    /// <value>Default 0.3: one in six takes more than 1.35 times as long.</value>
    public double LatencySpread { get; set; } = 0.3;

    /// <summary>Gets or sets how much a thousand input tokens add to the first token's time.</summary>
    /// <value>Default 30 ms.</value>
    public TimeSpan FirstTokenPerThousandInputTokens { get; set; } = TimeSpan.FromMilliseconds(30);

    /// <summary>Gets or sets the tokens per second after the first.</summary>
    /// <value>Default 80.</value>
    public double TokensPerSecond { get; set; } = 80;

    /// <summary>Gets or sets how many requests are taken within a minute; more are answered with 429.</summary>
    /// <value>Default <see langword="null"/>: any number.</value>
    public int? RequestsPerMinute { get; set; }

    /// <summary>Gets or sets how many tokens, input and output together, are taken within a minute; more are answered with 429.</summary>
    /// <value>Default <see langword="null"/>: any number.</value>
    public long? TokensPerMinute { get; set; }

    /// <summary>Gets or sets how many requests are answered at once; more are answered with 429.</summary>
    /// <value>Default <see langword="null"/>: any number.</value>
    public int? MaximumConcurrency { get; set; }

    /// <summary>Gets the prices of models, where they are not the catalogue's.</summary>
    public IDictionary<string, ModelPricing> Prices { get; } = new Dictionary<string, ModelPricing>(StringComparer.Ordinal);

    /// <summary>Gets or sets what goes wrong; times are counted from the beginning of the log, and equal worlds give equal faults to every policy.</summary>
    /// <value>Default <see langword="null"/>: nothing.</value>
    public Action<FaultSchedule>? Faults { get; set; }
}
