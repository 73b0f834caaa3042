using Microsoft.Extensions.Primitives;

namespace Sira.Kernel.Registry;

/// <summary>A change token that is fired once and never loses a callback.</summary>
/// <remarks>
/// <see cref="CancellationChangeToken"/> does: <c>ChangeToken.OnChange</c> disposes a registration when the token has changed right after it, taking for granted that the callback has run within the registration.
/// When another thread cancels at that moment, the callback is still in the list, is taken out of it, and the watcher never hears of any change again. Here firing takes the whole list at
/// the instant at which <see cref="HasChanged"/> becomes true, so every registration either is in the list that will be called or calls back at once.
/// </remarks>
internal sealed class ChangeSignal : IChangeToken
{
    private readonly Lock gate = new();
    private List<Registration>? registrations = [];
    private volatile bool isDue;

    /// <inheritdoc />
    public bool HasChanged => Volatile.Read(ref registrations) is null;

    /// <summary>Gets whether what the token stands for has changed, even if it has not been fired yet because others are before it.</summary>
    public bool IsDue => isDue;

    /// <inheritdoc />
    public bool ActiveChangeCallbacks => true;

    /// <summary>Registers a callback, or calls it at once if the token has changed. One that is being called while its registration is disposed still runs.</summary>
    /// <param name="callback">The callback.</param>
    /// <param name="state">Its argument.</param>
    /// <returns>The registration.</returns>
    public IDisposable RegisterChangeCallback(Action<object?> callback, object? state)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var registration = new Registration(this, callback, state);
        lock (gate)
        {
            if (registrations is not null)
            {
                registrations.Add(registration);
                return registration;
            }
        }

        registration.Call();
        return registration;
    }

    /// <summary>Notes that the token is going to be fired.</summary>
    public void MarkDue() => isDue = true;

    /// <summary>Changes the token and calls everybody back, on this thread.</summary>
    /// <param name="errors">Receives what the callbacks throw; the others run all the same.</param>
    public void Fire(ref List<Exception>? errors)
    {
        List<Registration>? taken;
        lock (gate)
        {
            (taken, registrations) = (registrations, null);
        }

        foreach (var registration in taken ?? [])
        {
            try
            {
                registration.Call();
            }
#pragma warning disable CA1031 // Told to whoever fires, once everybody has been called.
            catch (Exception error)
#pragma warning restore CA1031
            {
                (errors ??= []).Add(error);
            }
        }
    }

    private sealed class Registration(ChangeSignal owner, Action<object?> callback, object? state) : IDisposable
    {
        public void Call() => callback(state);

        public void Dispose()
        {
            lock (owner.gate)
            {
                owner.registrations?.Remove(this);
            }
        }
    }
}
