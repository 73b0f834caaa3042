using Sira.Kernel.Configuration;
using Sira.Kernel.Errors;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;

namespace Sira.Kernel.Discovery.Sources;

/// <summary>A source whose lists for one service go into the registry. Disposing ends that and withdraws its endpoints.</summary>
public sealed class FollowedSource : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly EndpointDiscovery owner;
    private readonly IEndpointSource source;
    private readonly FollowOptions options;
    private readonly EndpointOrigin origin;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly Task loop;
    private ITimer? start;
    private volatile SourceStatus status;
    private IReadOnlyList<EndpointDefinition> current = [];
    private CircuitBreakerOptions breaker;
    private int shadowed;
    private bool withdrawn;

    internal FollowedSource(EndpointDiscovery owner, string service, IEndpointSource source, FollowOptions options)
    {
        (this.owner, this.source, this.options, breaker) = (owner, source, options, options.Breaker);
        origin = new EndpointOrigin($"source {source.Name}", options.Precedence);
        status = new SourceStatus(service, source.Name, SourceState.Waiting);
        start = owner.Time.CreateTimer(static state => ((FollowedSource)state!).OnLate(), this, options.StartTimeout, Timeout.InfiniteTimeSpan);
        loop = RunAsync();
    }

    /// <summary>Gets how the source does.</summary>
    public SourceStatus Status => status;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => StopAsync(withdraw: true);

    /// <summary>Ends the following.</summary>
    /// <param name="withdraw">Whether the endpoints go; otherwise they stay until the source that takes this one's place gives its first list.</param>
    internal async ValueTask StopAsync(bool withdraw)
    {
        if (!End(withdraw))
        {
            return;
        }

        if (!await InlineDelay.EndsWithinAsync(loop, StopTimeout, owner.Time).ConfigureAwait(false))
        {
            DiscoveryLog.LeftBehind(owner.Logger, source.Name, status.Service);
        }
    }

    /// <summary>Ends the following without waiting for the source.</summary>
    /// <returns>Whether it had not been ended before.</returns>
    internal bool End(bool withdraw)
    {
        lock (gate)
        {
            if (withdrawn)
            {
                return false;
            }

            withdrawn = true;
            if (withdraw)
            {
                Publish([]);
            }
        }

        owner.Forget(this);
        StopStart();
        try
        {
            stopping.Cancel();
        }
        catch (AggregateException exception)
        {
            // What the source registered on its token; the following has ended all the same.
            DiscoveryLog.EndThrew(owner.Logger, source.Name, status.Service, exception);
        }

        return true;
    }

    /// <summary>Gives the endpoints other breaker options, now and from now on.</summary>
    internal void Reconfigure(CircuitBreakerOptions next)
    {
        lock (gate)
        {
            breaker = next;
            if (!withdrawn && current.Count > 0)
            {
                Publish(current);
            }
        }
    }

    private async Task RunAsync()
    {
        try
        {
            // Off the caller's thread, by way of the clock: a source that blocks then blocks nobody, and in virtual time everything stays in order.
            await InlineDelay.WaitAsync(TimeSpan.Zero, owner.Time, stopping.Token).ConfigureAwait(false);
            while (!await TryWatchAsync().ConfigureAwait(false))
            {
                await InlineDelay.WaitAsync(Backoff(), owner.Time, stopping.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        finally
        {
            StopStart();
        }
    }

    // Returns whether the source has nothing more to tell.
    private async Task<bool> TryWatchAsync()
    {
        try
        {
            await foreach (var endpoints in source.WatchAsync(status.Service, stopping.Token).ConfigureAwait(false))
            {
                EndpointListRules.ThrowIfBroken(source.Name, endpoints);
                Apply(endpoints);
                await InlineDelay.WaitAsync(options.MinimumInterval, owner.Time, stopping.Token).ConfigureAwait(false);
            }

            status = status with { State = SourceState.Ended };
            return true;
        }
#pragma warning disable CA1031 // Whatever a source throws, its last list stays in force.
        catch (Exception exception) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            var before = status;
            status = before with { State = SourceState.Failing, ConsecutiveFailures = before.ConsecutiveFailures + 1, LastError = Sentence.End(SecretText.Mask(exception.Message)) };
            DiscoveryMetrics.Failed(before.Service, source.Name);
            if (before.ConsecutiveFailures == 0)
            {
                DiscoveryLog.Failing(owner.Logger, source.Name, before.Service, before.Endpoints, exception);
            }

            return false;
        }
    }

    private void Apply(IReadOnlyList<EndpointDefinition> endpoints)
    {
        StopStart();
        lock (gate)
        {
            if (withdrawn)
            {
                return;
            }

            current = [.. endpoints];
            Publish(current);
        }

        var before = status;
        if (before.ConsecutiveFailures > 0)
        {
            DiscoveryLog.Recovered(owner.Logger, source.Name, before.Service, before.ConsecutiveFailures);
        }

        status = new SourceStatus(before.Service, source.Name, SourceState.Current, endpoints.Count, owner.Time.GetUtcNow());
        DiscoveryMetrics.Updated(before.Service, source.Name);
    }

    private void Publish(IReadOnlyList<EndpointDefinition> endpoints)
    {
        var snapshot = owner.Registry.Update(status.Service, origin, endpoints, breaker);
        var lost = snapshot.Shadowed.Where(claim => claim.Origin == origin.Name).ToArray();
        if (lost.Length != shadowed && lost.Length > 0)
        {
            DiscoveryLog.Shadowed(owner.Logger, source.Name, lost.Length, status.Service, lost[0].EndpointId);
        }

        shadowed = lost.Length;
    }

    private TimeSpan Backoff()
    {
        var doublings = Math.Min(status.ConsecutiveFailures - 1, 30);
        var longest = Math.Min(options.MaximumBackoff.Ticks, options.InitialBackoff.Ticks * Math.Pow(2, doublings));

        // Half of it at random, so that many processes do not come back at once.
        return TimeSpan.FromTicks((long)(longest * (0.5 + (0.5 * owner.Random.NextDouble()))));
    }

    private void OnLate()
    {
        if (status.State == SourceState.Waiting)
        {
            DiscoveryLog.Late(owner.Logger, source.Name, status.Service, options.StartTimeout);
        }
    }

    private void StopStart() => Interlocked.Exchange(ref start, null)?.Dispose();
}
