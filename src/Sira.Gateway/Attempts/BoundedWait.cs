namespace Sira.Gateway.Attempts;

/// <summary>A wait for work of a backend that can be given up. Whoever gives up does not know the type of the result.</summary>
internal abstract class BoundedWait
{
    /// <summary>Gets whether something is being waited for now.</summary>
    public abstract bool IsWaiting { get; }

    /// <summary>Ends the wait with an <see cref="OperationCanceledException"/>, unless the work has ended in the same instant.</summary>
    /// <returns>Whether the wait was given up.</returns>
    public abstract bool GiveUp();
}
