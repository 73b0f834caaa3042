namespace Sira.Kernel.Resources;

/// <summary>What one caller holds of one or several pools until it settles or releases it. The first of the two wins; later calls do nothing.</summary>
public sealed class Reservation : IDisposable
{
    private readonly ResourceRequest[] held;
    private int ended;

    internal Reservation(ReadOnlySpan<ResourceRequest> held) => this.held = held.ToArray();

    /// <summary>Gets what is held, in the order in which it was asked for.</summary>
    public ReadOnlySpan<ResourceRequest> Held => held;

    /// <summary>Replaces the estimates by what was used.</summary>
    /// <param name="actual">The amounts used, in the order of <see cref="Held"/>.</param>
    public void Settle(ReadOnlySpan<long> actual)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(actual.Length, held.Length);
        if (Interlocked.Exchange(ref ended, 1) != 0)
        {
            return;
        }

        for (var i = 0; i < held.Length; i++)
        {
            held[i].Pool.Settle(held[i].Amount, actual[i]);
        }
    }

    /// <summary>Gives everything back unused.</summary>
    public void Release()
    {
        if (Interlocked.Exchange(ref ended, 1) != 0)
        {
            return;
        }

        foreach (var request in held)
        {
            request.Pool.Release(request.Amount);
        }
    }

    /// <summary>Releases what has not been settled.</summary>
    public void Dispose() => Release();
}
