using Sira.Kernel.Admission;

namespace Sira.Kernel.Resources.Gangs;

/// <summary>What came of asking for a gang.</summary>
public sealed class GangReservation : IDisposable
{
    internal GangReservation(in QueuedReservation result, IReadOnlyList<GangNode> nodes) => (Result, Nodes) = (result, nodes);

    /// <summary>Gets whether it was granted, how long it waited, and otherwise why not.</summary>
    public QueuedReservation Result { get; }

    /// <summary>Gets on which node each member is, in the order in which they were asked for; empty when it was refused.</summary>
    public IReadOnlyList<GangNode> Nodes { get; }

    /// <summary>Gives back what all members hold.</summary>
    public void Dispose() => Result.Reservation?.Release();
}
