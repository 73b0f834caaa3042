namespace Sira.Kernel.Balancing.Selection;

/// <summary>Tells whether a call is still under way, whichever copy of its <see cref="EndpointCall"/> is asked. Used again for later calls, each of which has a number of its own.</summary>
internal sealed class CallSlip(CallSlips owner)
{
    private long number;

    /// <summary>Gets the number of the call that has it. For whoever has just taken it.</summary>
    public long Number => Volatile.Read(ref number);

    /// <summary>Ends the call of a number.</summary>
    /// <returns>Whether that call had not ended before.</returns>
    public bool TryEnd(long call)
    {
        if (Interlocked.CompareExchange(ref number, call + 1, call) != call)
        {
            return false;
        }

        owner.Return(this);
        return true;
    }
}
