using System.Diagnostics.CodeAnalysis;
using Sira.Kernel.Resources;

namespace Sira.Kernel.Admission;

/// <summary>What came of waiting for a reservation.</summary>
public readonly record struct QueuedReservation
{
    private QueuedReservation(Reservation? reservation, int alternative, AdmissionRefusal refusal, ResourceRejection rejection, TimeSpan waited) =>
        (Reservation, Alternative, Refusal, Rejection, Waited) = (reservation, alternative, refusal, rejection, waited);

    /// <summary>Gets whether everything was reserved.</summary>
    [MemberNotNullWhen(true, nameof(Reservation))]
    public bool IsGranted => Reservation is not null;

    /// <summary>Gets what is held; <see langword="null"/> when it was refused.</summary>
    public Reservation? Reservation { get; }

    /// <summary>Gets which of the sets that were asked for it is, counted from 0; 0 also where only one was asked for or none was granted.</summary>
    public int Alternative { get; }

    /// <summary>Gets why it was refused.</summary>
    public AdmissionRefusal Refusal { get; }

    /// <summary>Gets which pool had too little, or was waited for by others first, and when it may fit. Nothing when it was granted.</summary>
    public ResourceRejection Rejection { get; }

    /// <summary>Gets how long it waited; zero when it was decided at once.</summary>
    public TimeSpan Waited { get; }

    internal static QueuedReservation Granted(Reservation reservation, int alternative, TimeSpan waited) => new(reservation, alternative, AdmissionRefusal.None, default, waited);

    internal static QueuedReservation Refused(AdmissionRefusal refusal, in ResourceRejection rejection, TimeSpan waited) => new(null, 0, refusal, rejection, waited);
}
