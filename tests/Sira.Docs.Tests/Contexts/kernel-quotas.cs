global using static QuotasContext;
global using Sira.Kernel.Resources.Leases;

internal static class QuotasContext
{
    public static ResourceLeases leases => null!;

    public static Reservation reservation => null!;

    public static ResourceScheduler scheduler => null!;

    public static CancellationTokenSource checkpoint => null!;

    public static IServiceProvider provider => null!;

    public static Task<(decimal Cost, long Used)> CallAsync() => Task.FromResult((0m, 0L));

    public static Task<bool> WorkAsync() => Task.FromResult(false);
}
