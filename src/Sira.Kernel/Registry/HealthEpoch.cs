namespace Sira.Kernel.Registry;

/// <summary>Counts how often the health of any endpoint of a service changed, so that what was computed from it is known to be out of date, and wakes whoever waits for that.</summary>
/// <remarks>Lock-free. Whoever computes something reads <see cref="Value"/>, or takes the signal of <see cref="Watch"/>, before it looks at the endpoints: a change that comes meanwhile is then not missed.</remarks>
internal sealed class HealthEpoch
{
    private long value;
    private ChangeSignal? changed;

    public long Value => Volatile.Read(ref value);

    /// <summary>Gets a signal that fires at the next change.</summary>
    public ChangeSignal Watch()
    {
        var created = new ChangeSignal();
        return Interlocked.CompareExchange(ref changed, created, null) ?? created;
    }

    /// <summary>Notes a change, after it was made.</summary>
    public void Advance()
    {
        Interlocked.Increment(ref value);
        if (Volatile.Read(ref changed) is not null)
        {
            // Only this assembly watches, with callbacks that do not throw.
            List<Exception>? errors = null;
            Interlocked.Exchange(ref changed, null)?.Fire(ref errors);
        }
    }
}
