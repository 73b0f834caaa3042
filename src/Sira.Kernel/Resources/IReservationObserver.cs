namespace Sira.Kernel.Resources;

/// <summary>Is told when a reservation ends, after its pools are and before those who wait are.</summary>
/// <remarks>Must be quick and must not throw.</remarks>
internal interface IReservationObserver
{
    /// <summary>The reservation has ended.</summary>
    /// <param name="held">What was held.</param>
    /// <param name="actual">What was used; empty when it was given back unused.</param>
    void OnEnded(ReadOnlySpan<ResourceRequest> held, ReadOnlySpan<long> actual);
}
