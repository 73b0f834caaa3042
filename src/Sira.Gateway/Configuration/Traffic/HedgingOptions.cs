namespace Sira.Gateway.Configuration.Traffic;

/// <summary>Whether and when a slow call is sent to a second target as well; the first to answer wins, the other is cancelled and billed.</summary>
/// <remarks>After Dean and Barroso, "The Tail at Scale" (CACM 2013). Only before the first token is delivered, once for each call, and never for calls whose repetition has effects: provider-side tools that act, state kept by the provider, background responses.</remarks>
public sealed class HedgingOptions
{
    /// <summary>Gets or sets whether calls of the route are hedged.</summary>
    /// <value>Default <see langword="false"/>; a request may ask for it, see <see cref="Requests.RoutingOptions.Hedge"/>.</value>
    public bool Enabled { get; set; }

    /// <summary>Gets or sets how long the first target may take to its first token (streams) or its answer (unary).</summary>
    /// <value>Default <see langword="null"/>: the 95th percentile of what the target took lately, within <see cref="MinDelay"/> and <see cref="MaxDelay"/>.</value>
    public TimeSpan? Delay { get; set; }

    /// <summary>Gets or sets the least adaptive delay.</summary>
    /// <value>Default 100 ms.</value>
    public TimeSpan MinDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets or sets the longest adaptive delay, which also holds as long as too little is known of the target.</summary>
    /// <value>Default 10 s.</value>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(10);
}
