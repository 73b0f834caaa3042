namespace Sira.Kernel.Resources;

/// <summary>Two who are told when a reservation ends.</summary>
internal sealed class ReservationObservers(IReservationObserver first, IReservationObserver second) : IReservationObserver
{
    public void OnEnded(ReadOnlySpan<ResourceRequest> held, ReadOnlySpan<long> actual)
    {
        first.OnEnded(held, actual);
        second.OnEnded(held, actual);
    }
}
