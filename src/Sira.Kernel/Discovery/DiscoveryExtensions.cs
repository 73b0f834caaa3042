using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Discovery;

/// <summary>Finds endpoints, watches them and counts their health.</summary>
public static class DiscoveryExtensions
{
    /// <summary>Finds the endpoints of a service that a filter lets pass.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="service">The name of the service.</param>
    /// <param name="filter">Which are wanted; <see langword="null"/> for all.</param>
    /// <returns>A snapshot of those endpoints, with the version and the token of the whole service; empty if there is no such service.</returns>
    /// <exception cref="ArgumentException"><paramref name="service"/> is blank.</exception>
    public static ServiceSnapshot Discover(this IServiceRegistry registry, string service, EndpointFilter? filter = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var snapshot = registry.GetSnapshot(service);
        return filter is null ? snapshot : snapshot.Of([.. snapshot.Endpoints.Where(filter.Matches)]);
    }

    /// <summary>Watches the endpoints of a service that a filter lets pass: first those of now, then those after each change that changes them, be it of the list, of a definition, or of health where the filter asks for it.</summary>
    /// <remarks>
    /// The last state is never missed. A consumer that is slower than the changes misses those in between: it always gets the state at the time at which it asks for the next, and nothing piles up. Each snapshot is consistent.
    /// A break that ends by the clock alone is seen when the first call probes the endpoint.
    /// </remarks>
    /// <param name="registry">The registry.</param>
    /// <param name="service">The name of the service; it need not exist yet.</param>
    /// <param name="filter">Which are wanted; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Ends the watch with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The snapshots, without end.</returns>
    /// <exception cref="ArgumentException"><paramref name="service"/> is blank.</exception>
    public static async IAsyncEnumerable<ServiceSnapshot> WatchAsync(this IServiceRegistry registry, string service, EndpointFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        ImmutableArray<EndpointDefinition>? told = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Both signals are taken before the endpoints are looked at: what changes from now on fires them.
            var whole = registry.GetSnapshot(service);
            var health = whole.Health.Watch();
            var found = filter is null ? whole : whole.Of([.. whole.Endpoints.Where(filter.Matches)]);
            ImmutableArray<EndpointDefinition> definitions = [.. found.Endpoints.Select(static endpoint => endpoint.Definition)];
            if (told is null || !told.Value.SequenceEqual(definitions))
            {
                told = definitions;
                yield return found;
            }

            // Continued elsewhere: the writer whose change it is does not do the watcher's work.
            var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var list = whole.ChangeToken.RegisterChangeCallback(static state => ((TaskCompletionSource)state!).TrySetResult(), changed);
            using var state = health.RegisterChangeCallback(static state => ((TaskCompletionSource)state!).TrySetResult(), changed);
            await changed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Counts the endpoints of a service by their health now.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="service">The name of the service.</param>
    /// <returns>The counts; all zero if there is no such service.</returns>
    /// <exception cref="ArgumentException"><paramref name="service"/> is blank.</exception>
    public static ServiceHealth GetHealth(this IServiceRegistry registry, string service)
    {
        ArgumentNullException.ThrowIfNull(registry);
        Span<int> counts = stackalloc int[4];
        foreach (var endpoint in registry.GetSnapshot(service).Endpoints)
        {
            counts[(int)endpoint.Health]++;
        }

        return new ServiceHealth(counts[(int)EndpointHealth.Healthy], counts[(int)EndpointHealth.Degraded], counts[(int)EndpointHealth.Draining], counts[(int)EndpointHealth.Unhealthy]);
    }

    /// <summary>Takes an endpoint out of service, waits until the calls in flight have ended, and drops it. It stays out although a source goes on listing it, and a lease on it ends; see <see cref="IServiceRegistry.Cordon"/> for what brings it back.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="service">The name of the service.</param>
    /// <param name="endpointId">The endpoint's identity.</param>
    /// <param name="timeout">How long to wait at most; then it is dropped all the same, and the calls in flight finish on it.</param>
    /// <param name="cancellationToken">Ends the waiting; the endpoint goes on draining and is not dropped.</param>
    /// <returns>Whether all calls ended in time; <see langword="true"/> also if there is no such endpoint.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<bool> DrainAsync(this IServiceRegistry registry, string service, string endpointId, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentException.ThrowIfNullOrWhiteSpace(endpointId);
        if (registry.GetSnapshot(service).Endpoints.FirstOrDefault(endpoint => endpoint.Id == endpointId) is not { } found)
        {
            return true;
        }

        var drained = await found.DrainAsync(timeout, cancellationToken).ConfigureAwait(false);
        registry.Cordon(service, endpointId);
        return drained;
    }
}
