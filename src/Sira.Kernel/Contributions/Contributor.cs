using Microsoft.Extensions.DependencyInjection;

namespace Sira.Kernel.Contributions;

/// <summary>Somebody who contributes services to Sira: the host, or a plugin with a container of its own.</summary>
/// <remarks>
/// Thread-safe. What a plugin contributes is reached through its contributor alone, by <see cref="Contribution{T}"/>, so that revoking the contributor cuts every path from the host to the plugin's objects,
/// whoever still holds a contribution, and the plugin's code can be unloaded.
/// </remarks>
public sealed class Contributor
{
    private readonly Lock gate = new();
    private readonly List<WeakReference<IRevocable>> handedOut = [];
    private IServiceProvider? services;

    /// <summary>Initializes a new instance for a plugin.</summary>
    /// <param name="id">The plugin's identity.</param>
    /// <param name="services">The container that holds its contributions.</param>
    public Contributor(string id, IServiceProvider services)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(services);
        (Id, this.services, Calls) = (id, services, new ContributorCalls(id));
    }

    private Contributor(IServiceProvider services) => (Id, this.services, IsHost, Calls) = (HostId, services, true, new ContributorCalls(HostId));

    /// <summary>The identity of the host as a contributor.</summary>
    public const string HostId = "host";

    /// <summary>Gets the identity.</summary>
    public string Id { get; }

    /// <summary>Gets a value indicating whether this is the host, which is never revoked and whose calls are not counted.</summary>
    public bool IsHost { get; }

    /// <summary>Gets the calls into what it contributed.</summary>
    public ContributorCalls Calls { get; }

    /// <summary>Gets a value indicating whether it has been revoked.</summary>
    public bool IsRevoked => Calls.IsClosed;

    /// <summary>Gets the container; <see langword="null"/> once revoked.</summary>
    public IServiceProvider? Services => Volatile.Read(ref services);

    /// <summary>Makes the contributor that stands for the host.</summary>
    /// <param name="services">The host's container.</param>
    /// <returns>The contributor.</returns>
    public static Contributor Host(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return new Contributor(services);
    }

    /// <summary>Makes a contribution of an object that belongs to this contributor, such as a client that its factory made.</summary>
    /// <typeparam name="T">The contract by which the host knows it.</typeparam>
    /// <param name="value">The object.</param>
    /// <returns>The contribution; empty at once if the contributor has been revoked.</returns>
    public Contribution<T> Contribute<T>(T value)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(value);
        var contribution = new Contribution<T>(this, value);
        if (IsHost)
        {
            return contribution;
        }

        lock (gate)
        {
            if (IsRevoked)
            {
                ((IRevocable)contribution).Revoke();
                return contribution;
            }

            // Configurations are reloaded for months; what nobody holds any more is forgotten when the list would grow.
            if (handedOut.Count == handedOut.Capacity)
            {
                handedOut.RemoveAll(static reference => !reference.TryGetTarget(out _));
            }

            handedOut.Add(new WeakReference<IRevocable>(contribution));
        }

        return contribution;
    }

    /// <summary>Makes contributions of everything of a contract that its container holds.</summary>
    internal IEnumerable<Contribution<T>> ContributeAll<T>()
        where T : class => Services is { } container ? container.GetServices<T>().Select(Contribute) : [];

    /// <summary>Lets no more calls into what it contributed, and empties every contribution handed out. Calls under way finish; wait for them with <see cref="ContributorCalls.DrainAsync"/>.</summary>
    /// <exception cref="InvalidOperationException">This is the host.</exception>
    public void Revoke()
    {
        if (IsHost)
        {
            throw new InvalidOperationException("The host's own contributions cannot be revoked.");
        }

        lock (gate)
        {
            Calls.Close();
            foreach (var reference in handedOut)
            {
                if (reference.TryGetTarget(out var contribution))
                {
                    contribution.Revoke();
                }
            }

            handedOut.Clear();
            Volatile.Write(ref services, null);
        }
    }
}
