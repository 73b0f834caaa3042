namespace Sira.Kernel.Resources;

/// <summary>What the configuration says of a pool. Equal definitions describe the same pool.</summary>
public sealed record ResourcePoolDefinition
{
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(3660);

    private ResourcePoolDefinition(ResourcePoolKind kind, long limit, TimeSpan window, ResourceUnit unit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        ArgumentNullException.ThrowIfNull(unit);
        (Kind, Limit, Window, Unit) = (kind, limit, window, unit);
    }

    /// <summary>Gets how the pool gets back what was used.</summary>
    public ResourcePoolKind Kind { get; }

    /// <summary>Gets the limit, in <see cref="Unit"/>.</summary>
    public long Limit { get; }

    /// <summary>Gets the length of the window; zero for kinds without one.</summary>
    public TimeSpan Window { get; }

    /// <summary>Gets what is counted.</summary>
    public ResourceUnit Unit { get; }

    /// <summary>Defines slots.</summary>
    /// <param name="limit">How many there are.</param>
    /// <param name="unit">What is counted; <see langword="null"/> means <see cref="ResourceUnit.Slots"/>.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    public static ResourcePoolDefinition Concurrency(long limit, ResourceUnit? unit = null) =>
        new(ResourcePoolKind.Concurrency, limit, TimeSpan.Zero, unit ?? ResourceUnit.Slots);

    /// <summary>Defines a sliding window.</summary>
    /// <param name="limit">How much may be reserved within it.</param>
    /// <param name="window">Its length.</param>
    /// <param name="unit">What is counted.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative, or the window is not positive or longer than 3660 days.</exception>
    public static ResourcePoolDefinition Sliding(long limit, TimeSpan window, ResourceUnit unit) =>
        new(ResourcePoolKind.Sliding, limit, CheckWindow(window), unit);

    /// <summary>Defines windows that begin at multiples of their length in UTC.</summary>
    /// <param name="limit">How much may be reserved within one.</param>
    /// <param name="window">The length of each.</param>
    /// <param name="unit">What is counted.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative, or the window is not positive or longer than 3660 days.</exception>
    public static ResourcePoolDefinition Fixed(long limit, TimeSpan window, ResourceUnit unit) =>
        new(ResourcePoolKind.Fixed, limit, CheckWindow(window), unit);

    /// <summary>Defines windows that are the calendar months of UTC.</summary>
    /// <param name="limit">How much may be reserved within one.</param>
    /// <param name="unit">What is counted.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    public static ResourcePoolDefinition CalendarMonth(long limit, ResourceUnit unit) =>
        new(ResourcePoolKind.CalendarMonth, limit, TimeSpan.Zero, unit);

    /// <summary>Defines an amount that never comes back.</summary>
    /// <param name="limit">How much there is in all.</param>
    /// <param name="unit">What is counted.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    public static ResourcePoolDefinition Total(long limit, ResourceUnit unit) =>
        new(ResourcePoolKind.Total, limit, TimeSpan.Zero, unit);

    internal ResourcePool Create(string name, TimeProvider time) => Kind switch
    {
        ResourcePoolKind.Concurrency => new ConcurrencyPool(name, Limit, Unit),
        ResourcePoolKind.Sliding => WindowPool.Sliding(name, Limit, Window, time, Unit),
        ResourcePoolKind.Fixed => WindowPool.Fixed(name, Limit, Window, time, Unit),
        ResourcePoolKind.CalendarMonth => WindowPool.CalendarMonth(name, Limit, time, Unit),
        _ => new TotalPool(name, Limit, Unit),
    };

    internal bool DiffersOnlyInLimit(ResourcePoolDefinition other) =>
        Kind == other.Kind && Window == other.Window && Unit == other.Unit;

    /// <summary>Lets a pool begin with what was used of the one that it replaces; only slots and another unit begin at nothing.</summary>
    internal void CarryOver(ResourcePool pool, ResourcePoolDefinition next, ResourcePool successor)
    {
        if (Kind != ResourcePoolKind.Concurrency && next.Kind != ResourcePoolKind.Concurrency && Unit == next.Unit)
        {
            successor.Settle(stamp: 0, reserved: 0, actual: pool.Used);
        }
    }

    internal static TimeSpan CheckWindow(TimeSpan window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(window, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(window, LongestWindow);
        return window;
    }
}
