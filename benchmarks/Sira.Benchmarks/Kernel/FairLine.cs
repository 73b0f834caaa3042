using Sira.Kernel.Admission;
using Sira.Kernel.Admission.Fairness;
using Sira.Kernel.Resources;

namespace Sira.Benchmarks.Kernel;

/// <summary>A thousand tenants that wait for one slot, as often as it is free.</summary>
internal sealed class FairLine
{
    public const int Tenants = 1000;

    private readonly ResourceScheduler scheduler = new();
    private readonly TotalPool tokens = new("tokens", long.MaxValue, ResourceUnit.Tokens);
    private readonly ConcurrencyPool slots = new("slots", 1);
    private readonly string[] names = [.. Enumerable.Range(0, Tenants).Select(static tenant => $"tenant {tenant}")];
    private readonly Queue<int> served = new();
    private readonly AdmissionQueue queue;
    private readonly bool waitsAgain;
    private Reservation running = Reservation.Empty;

    private FairLine(Func<ResourcePool, FairShare?> share, bool waitsAgain)
    {
        this.waitsAgain = waitsAgain;
        queue = new AdmissionQueue(new AdmissionQueueOptions { MaximumLength = 2 * Tenants, MaximumWait = TimeSpan.FromDays(1) }, TimeProvider.System, share(slots));
        for (var tenant = 0; tenant < Tenants; tenant++)
        {
            Wait(tenant);
        }
    }

    public static FairLine Strict(bool waitsAgain) => new(static _ => null, waitsAgain);

    public static FairLine TokenCounter(bool waitsAgain) => new(static _ => new FairShare(new VirtualTokenCounter()), waitsAgain);

    public static FairLine DominantShare(bool waitsAgain) => new(static slots => new FairShare(new DominantResourceFairness(slots)), waitsAgain);

    /// <summary>Ends a call, which serves the next. With <c>waitsAgain</c>, whoever is served waits again before it ends; else when the line is filled.</summary>
    public void Next() => running.Release();

    public void Fill()
    {
        while (served.TryDequeue(out var tenant))
        {
            Wait(tenant);
        }
    }

    private async void Wait(int tenant)
    {
        var result = await scheduler.ReserveAsync([new(tokens, 1 + (tenant % 100)), new(slots, 1)], queue, new QueueEntry(Tenant: names[tenant])).ConfigureAwait(false);
        running = result.Reservation!;
        if (waitsAgain)
        {
            Wait(tenant);
        }
        else
        {
            served.Enqueue(tenant);
        }
    }
}
