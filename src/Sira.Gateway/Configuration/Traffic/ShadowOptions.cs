namespace Sira.Gateway.Configuration.Traffic;

/// <summary>Mirrors a share of a route's calls to another target, to try it on real traffic. What it answers goes to subscribers of <see cref="Events.ShadowCompleted"/> and to nobody else.</summary>
/// <remarks>Mirrored calls run behind the caller's back and never delay it, count against none of its budgets, and stand in the usage ledger under the route's name followed by <c>.shadow</c>, without tenant or user. Shutdown waits for them.</remarks>
public sealed class ShadowOptions
{
    /// <summary>Gets or sets the targets, written <c>backend/model</c>; further ones are tried when the first fails. Empty for no shadow.</summary>
    public IList<string> Targets { get; set; } = [];

    /// <summary>Gets or sets the share of the route's calls that is mirrored, in percent.</summary>
    /// <value>Default 100.</value>
    public double Percent { get; set; } = 100;

    /// <summary>Gets or sets how many mirrored calls run at once; beyond that calls are not mirrored.</summary>
    /// <value>Default 16.</value>
    public int MaxConcurrency { get; set; } = 16;
}
