using Sira.Kernel.Admission;
using Sira.Kernel.Resources;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Admission;

/// <summary>A queue in virtual time, and a note of who was served in which order.</summary>
internal sealed class AdmissionFixture
{
    public AdmissionFixture(int maximumLength = 100, double maximumWaitSeconds = 30) => Queue = NewQueue(maximumLength, maximumWaitSeconds);

    public VirtualTimeProvider Time { get; } = new();

    public ResourceScheduler Scheduler { get; } = new();

    public AdmissionQueue Queue { get; }

    public List<string> Served { get; } = [];

    public AdmissionQueue NewQueue(int maximumLength = 100, double maximumWaitSeconds = 30) =>
        new(new AdmissionQueueOptions { MaximumLength = maximumLength, MaximumWait = TimeSpan.FromSeconds(maximumWaitSeconds) }, Time);

    public Task<QueuedReservation> Ask(string name, ResourcePool pool, long amount = 1, int priority = 0, AdmissionQueue? queue = null, CancellationToken cancellationToken = default) =>
        Ask(name, [new(pool, amount)], new QueueEntry(priority), queue, cancellationToken);

    public async Task<QueuedReservation> Ask(string name, ResourceRequest[] requests, QueueEntry entry = default, AdmissionQueue? queue = null, CancellationToken cancellationToken = default)
    {
        var result = await Scheduler.ReserveAsync(requests, queue ?? Queue, entry, cancellationToken).ConfigureAwait(false);
        Served.Add(result.IsGranted ? name : $"{name} {result.Refusal}");
        return result;
    }

    public void Seconds(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Returns what came of it, which must be decided by now.</summary>
    public static QueuedReservation Result(Task<QueuedReservation> asked)
    {
        Assert.True(asked.IsCompleted, "It still waits.");
        return asked.GetAwaiter().GetResult();
    }

    public static Reservation Granted(Task<QueuedReservation> asked)
    {
        var result = Result(asked);
        Assert.True(result.IsGranted, $"{result.Refusal}: {result.Rejection}");
        return result.Reservation;
    }
}
