using Sira.Kernel.Admission;
using Sira.Kernel.Admission.Fairness;
using Sira.Kernel.Resources;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Admission.Fairness;

/// <summary>Slots that tenants wait for, tokens that are counted for each, and a note of who was served in which order.</summary>
internal sealed class FairQueueFixture
{
    private readonly ResourceScheduler scheduler = new();

    public FairQueueFixture(int slots = 1, IFairSharePolicy? policy = null, int maximumLength = 1000, int maximumTenants = 100, bool fair = true)
    {
        Slots = new ConcurrencyPool("slots", slots);
        FairShare = fair ? new FairShare(policy ?? new VirtualTokenCounter(), maximumTenants) : null;
        Queue = new AdmissionQueue(new AdmissionQueueOptions { MaximumLength = maximumLength, MaximumWait = TimeSpan.FromDays(1) }, Time, FairShare);
    }

    public VirtualTimeProvider Time { get; } = new();

    public ConcurrencyPool Slots { get; }

    public TotalPool Tokens { get; } = new("tokens", long.MaxValue / 2, ResourceUnit.Tokens);

    public FairShare? FairShare { get; }

    public AdmissionQueue Queue { get; }

    public List<string> Served { get; } = [];

    public Queue<Reservation> Running { get; } = new();

    public double Share(string tenant) => FairShare!.ShareOf(tenant);

    public async Task<QueuedReservation> Ask(string tenant, long tokens = 1, double weight = 0, int priority = 0, AdmissionQueue? queue = null)
    {
        var result = await scheduler.ReserveAsync([new(Tokens, tokens), new(Slots, 1)], queue ?? Queue, new QueueEntry(priority, null, tenant, weight)).ConfigureAwait(false);
        Served.Add(result.IsGranted ? tenant : $"{tenant} {result.Refusal}");
        if (result.IsGranted)
        {
            Running.Enqueue(result.Reservation);
        }

        return result;
    }

    public void AskMany(string tenant, int count, long tokens = 1, double weight = 0)
    {
        for (var i = 0; i < count; i++)
        {
            _ = Ask(tenant, tokens, weight);
        }
    }

    /// <summary>Ends so many of those who run, the longest running first, each with what it reserved.</summary>
    public void Finish(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var reservation = Running.Dequeue();
            reservation.Settle([reservation.Held[0].Amount, 1]);
        }
    }
}
