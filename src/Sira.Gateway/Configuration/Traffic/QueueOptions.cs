namespace Sira.Gateway.Configuration.Traffic;

/// <summary>Whether calls wait when every target of the route is at its limit, instead of failing. The higher <see cref="Requests.RequestContext.Priority"/> goes first, and among equals who came first, or who has had least.</summary>
public sealed class QueueOptions
{
    /// <summary>Gets or sets how many calls of the route may wait; 0 for none.</summary>
    /// <value>Default 0: a call fails at once. A full queue refuses the lowest priority.</value>
    public int MaxLength { get; set; }

    /// <summary>Gets or sets how long a call may wait; the request's own deadline may be sooner.</summary>
    /// <value>Default 30 s.</value>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets after how much waiting a call's priority grows by 1, and again each time after that, so that a steady stream of more important ones cannot keep it for ever.</summary>
    /// <value>Default <see langword="null"/>: never.</value>
    public TimeSpan? Ageing { get; set; }

    /// <summary>Gets among whom the room is shared, where it is not to go to who came first.</summary>
    public FairShareOptions FairShare { get; } = new();
}
