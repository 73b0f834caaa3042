namespace Sira.Kernel.Balancing.Selection;

/// <summary>The slips of calls that have ended, kept for the next ones, so that selecting allocates nothing in the long run.</summary>
/// <remarks>Lock-free and bounded: what does not fit is left to the garbage collector.</remarks>
internal sealed class CallSlips
{
    // A power of two. As many as the number of calls in flight at one selector usually falls by before it rises again.
    private const int Capacity = 32;

    // Where a thread begins to look, so that threads seldom meet; a few places on, none is looked for any more.
    private const int Looks = 4;

    private readonly CallSlip?[] kept = new CallSlip?[Capacity];

    public CallSlip Take()
    {
        var start = Environment.CurrentManagedThreadId;
        for (var i = 0; i < Looks; i++)
        {
            ref var place = ref kept[(start + i) & (Capacity - 1)];
            if (Volatile.Read(ref place) is not null && Interlocked.Exchange(ref place, null) is { } slip)
            {
                return slip;
            }
        }

        return new CallSlip(this);
    }

    public void Return(CallSlip slip)
    {
        var start = Environment.CurrentManagedThreadId;
        for (var i = 0; i < Looks; i++)
        {
            ref var place = ref kept[(start + i) & (Capacity - 1)];
            if (Volatile.Read(ref place) is null && Interlocked.CompareExchange(ref place, slip, null) is null)
            {
                return;
            }
        }
    }
}
