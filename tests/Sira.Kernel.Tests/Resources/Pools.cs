using Sira.Kernel.Resources;

namespace Sira.Kernel.Tests.Resources;

/// <summary>Short ways to use one pool at a time, through the scheduler as everybody does.</summary>
internal static class Pools
{
    private static readonly ResourceScheduler Scheduler = new();

    public static Reservation? Take(this ResourcePool pool, long amount) =>
        Scheduler.TryReserve([new(pool, amount)], out var reservation, out _) ? reservation : null;

    public static Reservation MustTake(this ResourcePool pool, long amount)
    {
        Assert.True(Scheduler.TryReserve([new(pool, amount)], out var reservation, out var rejection), rejection.ToString());
        return reservation;
    }

    public static ResourceRejection MustRefuse(this ResourcePool pool, long amount)
    {
        var before = pool.Used;
        Assert.False(Scheduler.TryReserve([new(pool, amount)], out var reservation, out var rejection));
        Assert.Same(Reservation.Empty, reservation);
        Assert.Same(pool, rejection.Pool);
        Assert.Equal(amount, rejection.Requested);
        Assert.Equal(before, rejection.Used);
        Assert.Equal(before, pool.Used);
        return rejection;
    }
}
