namespace Sira.Kernel.Contributions;

/// <summary>One contributed object, as the host holds it: it can be called while its contributor is there, and holds nothing once that is revoked.</summary>
/// <typeparam name="T">The contract by which the host knows it.</typeparam>
public sealed class Contribution<T> : IRevocable
    where T : class
{
    private T? value;

    internal Contribution(Contributor contributor, T value) => (Contributor, this.value) = (contributor, value);

    /// <summary>Gets whose it is.</summary>
    public Contributor Contributor { get; }

    /// <summary>Gets the object, for looking at it; <see langword="null"/> once its contributor is revoked. To call it, <see cref="TryEnter"/>.</summary>
    public T? Value => Volatile.Read(ref value);

    /// <summary>Begins a call into the object, which is counted and holds up the unloading of its plugin until it ends.</summary>
    /// <param name="call">The call; dispose it when it has ended, on whatever thread.</param>
    /// <returns>Whether the object is still there; if not, do without it.</returns>
    public bool TryEnter(out ContributionCall<T> call)
    {
        if (Contributor.IsHost)
        {
            call = new ContributionCall<T>(null, value!);
            return true;
        }

        if (Contributor.Calls.TryEnter())
        {
            if (Value is { } present)
            {
                call = new ContributionCall<T>(Contributor.Calls, present);
                return true;
            }

            // Emptied between the two.
            Contributor.Calls.Leave();
        }

        call = default;
        return false;
    }

    void IRevocable.Revoke() => Volatile.Write(ref value, null);
}
