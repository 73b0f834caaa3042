using System.Collections.Immutable;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Contributions;

/// <summary>Knows what the host and its plugins contribute now, and changes that for all consumers at once.</summary>
/// <remarks>Thread-safe. Reading is one volatile read. Changes are serialised by whoever makes them, the plugin host; of two at the same time the second is refused.</remarks>
public sealed class ContributionCatalogue
{
    private readonly Lock gate = new();
    private readonly Contributor host;
    private readonly IContributorSource? source;
    private ImmutableArray<IContributionConsumer> consumers = [];
    private volatile ContributionSnapshot current;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="services">The host's container.</param>
    /// <param name="plugins">What plugins contribute from the beginning, in their order.</param>
    public ContributionCatalogue(IServiceProvider services, params IReadOnlyList<Contributor> plugins)
    {
        host = Contributor.Host(services);
        current = new ContributionSnapshot(1, [host, .. plugins]);
    }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="services">The host's container.</param>
    /// <param name="source">Who brings the plugins that are there from the beginning; <see langword="null"/> means that there are none.</param>
    public ContributionCatalogue(IServiceProvider services, IContributorSource? source)
        : this(services, source?.Load() ?? []) => this.source = source;

    /// <summary>Gets what is contributed now.</summary>
    public ContributionSnapshot Current => current;

    private ImmutableArray<IContributionConsumer> Consumers
    {
        get
        {
            lock (gate)
            {
                return consumers;
            }
        }
    }

    /// <summary>Makes a consumer follow the contributions. Read <see cref="Current"/> after joining, not before, so that no change falls between.</summary>
    /// <param name="consumer">The consumer.</param>
    public void Join(IContributionConsumer consumer)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        lock (gate)
        {
            consumers = consumers.Add(consumer);
        }
    }

    /// <summary>Ends a consumer's following.</summary>
    /// <param name="consumer">The consumer.</param>
    public void Leave(IContributionConsumer consumer)
    {
        lock (gate)
        {
            consumers = consumers.Remove(consumer);
        }
    }

    /// <summary>Leaves out plugins that are there from the beginning, because the first thing that is built of the contributions cannot be built with them: one if that helps, otherwise as many as it takes, those that came first staying. For consumers, before anything is in use.</summary>
    /// <param name="works">Whether it can be built with other contributions.</param>
    /// <param name="reason">Why it cannot with the present ones.</param>
    /// <returns>Whether there were plugins whose leaving helps, and which the host can do without.</returns>
    public bool TryExclude(Func<ContributionSnapshot, bool> works, Exception reason)
    {
        ArgumentNullException.ThrowIfNull(works);
        ArgumentNullException.ThrowIfNull(reason);
        var basis = current;
        foreach (var contributor in basis.Contributors.Where(static contributor => !contributor.IsHost))
        {
            var without = new ContributionSnapshot(basis.Version + 1, [.. basis.Contributors.Where(other => other != contributor)]);
            if (works(without) && source?.TryExclude(contributor, reason) == true)
            {
                current = without;
                return true;
            }
        }

        return TryExcludeSeveral(works, reason, basis);
    }

    // Where even the host alone cannot be built, it is no plugin's fault.
    private bool TryExcludeSeveral(Func<ContributionSnapshot, bool> works, Exception reason, ContributionSnapshot basis)
    {
        List<Contributor> staying = [host];
        if (!works(new ContributionSnapshot(basis.Version + 1, staying)))
        {
            return false;
        }

        var leaving = new List<Contributor>();
        foreach (var contributor in basis.Contributors.Where(static contributor => !contributor.IsHost))
        {
            (works(new ContributionSnapshot(basis.Version + 1, [.. staying, contributor])) ? staying : leaving).Add(contributor);
        }

        foreach (var contributor in leaving)
        {
            if (source?.TryExclude(contributor, reason) != true)
            {
                return false;
            }
        }

        current = new ContributionSnapshot(basis.Version + 1, staying);
        return leaving.Count > 0;
    }

    /// <summary>Prepares other contributions of plugins at every consumer.</summary>
    /// <param name="plugins">The contributors besides the host, in their order.</param>
    /// <returns>The change; commit or dispose it.</returns>
    /// <exception cref="SiraConfigurationException">A consumer found mistakes; nothing has changed.</exception>
    public ContributionChange Prepare(params IReadOnlyList<Contributor> plugins)
    {
        ArgumentNullException.ThrowIfNull(plugins);
        var basis = current;
        var next = new ContributionSnapshot(basis.Version + 1, [host, .. plugins]);
        var errors = new ConfigurationErrors();
        var prepared = new List<IContributionConsumer>();
        try
        {
            foreach (var consumer in Consumers)
            {
                prepared.Add(consumer);
                consumer.Prepare(next, errors);
            }

            errors.ThrowIfAny();
            return new ContributionChange(this, basis, next, prepared);
        }
        catch
        {
            foreach (var consumer in prepared)
            {
                consumer.Abort();
            }

            throw;
        }
    }

    /// <summary>Waits until nothing runs any more that had begun before the last change.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task that ends then.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public Task QuiesceAsync(CancellationToken cancellationToken = default) =>
        Task.WhenAll(Consumers.Select(consumer => consumer.QuiesceAsync(cancellationToken)));

    internal async Task CommitAsync(ContributionSnapshot basis, ContributionSnapshot next)
    {
        ImmutableArray<IContributionConsumer> following;
        lock (gate)
        {
            if (!ReferenceEquals(current, basis))
            {
                throw new InvalidOperationException("The contributions were changed by somebody else meanwhile; prepare the change anew.");
            }

            // Together: who joins after this reads the new contributions itself.
            (current, following) = (next, consumers);
        }

        try
        {
            foreach (var consumer in following)
            {
                await consumer.CommitAsync(next).ConfigureAwait(false);
            }
        }
        catch
        {
            await ReturnAsync(basis, following).ConfigureAwait(false);
            throw;
        }
    }

    // The world has changed since the preparation. What stood against the new contributions has mostly nothing against the old ones, which are in use.
    private async Task ReturnAsync(ContributionSnapshot basis, ImmutableArray<IContributionConsumer> following)
    {
        current = basis;
        foreach (var consumer in following)
        {
            await consumer.CommitAsync(basis).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
