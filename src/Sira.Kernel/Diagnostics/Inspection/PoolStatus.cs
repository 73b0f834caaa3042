namespace Sira.Kernel.Diagnostics.Inspection;

/// <summary>A resource pool at one instant.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">How it gets back what was used: <c>Concurrency</c>, <c>Sliding</c>, <c>Fixed</c>, <c>CalendarMonth</c> or <c>Total</c>.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Limit">The limit, in the unit as it is written for people.</param>
/// <param name="Used">What is reserved or used.</param>
/// <param name="IsWaitedFor">Whether somebody waits for it.</param>
public sealed record PoolStatus(string Name, string Kind, string Unit, decimal Limit, decimal Used, bool IsWaitedFor)
{
    /// <summary>Gets the family that it belongs to, for a pool of one key among many.</summary>
    public string? Family { get; init; }
}
