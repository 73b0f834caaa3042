namespace Sira.Gateway.Configuration.Policies;

/// <summary>How a route's requests are divided among arms. What no arm takes is the arm <c>control</c>, which is routed as if there were no split.</summary>
public sealed class TrafficSplitOptions
{
    /// <summary>Gets or sets the name. Another name deals the arms out anew, so that who was in the last test is not also in the next.</summary>
    /// <value>Default <c>split</c>.</value>
    public string Name { get; set; } = "split";

    /// <summary>Gets or sets the arms; their percentages add up to at most 100.</summary>
    /// <value>Default none.</value>
    public IList<TrafficArm> Arms { get; set; } = [];

    /// <summary>Gets or sets what keeps its arm, for as long as percentages, names and route are the same.</summary>
    /// <value>Default <see cref="Policies.StickyBy.None"/>.</value>
    public StickyBy StickyBy { get; set; }
}
