using Sira.Kernel.Discovery;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Balancing.Selection;

/// <summary>Makes a call at one endpoint after the other until one serves it.</summary>
public static class FailoverExtensions
{
    /// <summary>Makes a call. When an endpoint fails it, the next one is tried at once.</summary>
    /// <remarks>Only for calls that may be made twice. There is no wait between attempts, since each is at another endpoint.</remarks>
    /// <typeparam name="TState">What the call needs.</typeparam>
    /// <typeparam name="TResult">The result.</typeparam>
    /// <param name="selector">Selects the endpoints.</param>
    /// <param name="time">The clock that latencies are measured by.</param>
    /// <param name="call">Makes the call at an endpoint.</param>
    /// <param name="state">What it needs.</param>
    /// <param name="options">How often; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The result.</returns>
    /// <exception cref="EndpointUnavailableException">There was no endpoint to call, or all that were tried failed.</exception>
    public static async ValueTask<TResult> InvokeAsync<TState, TResult>(
        this EndpointSelector selector,
        TimeProvider time,
        Func<Endpoint, TState, CancellationToken, ValueTask<TResult>> call,
        TState state,
        FailoverOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(selector);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(call);
        options ??= FailoverOptions.Default;
        var tried = new List<Endpoint>();
        var failures = new List<Exception>();
        while (tried.Count < options.MaximumAttempts && selector.TrySelect(out var attempt, tried: System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tried)))
        {
            tried.Add(attempt.Endpoint);
            var outcome = CircuitOutcome.Neutral;
            TimeSpan? latency = null;
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                var begun = time.GetTimestamp();
                var result = await call(attempt.Endpoint, state, cancellationToken).ConfigureAwait(false);
                (outcome, latency) = (CircuitOutcome.Success, time.GetElapsedTime(begun));
                return result;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && (outcome = options.Classify(exception)) == CircuitOutcome.Failure)
            {
                failures.Add(exception);
            }
            finally
            {
                attempt.Complete(outcome, latency);
            }
        }

        throw Unavailable(selector, tried, failures);
    }

    private static EndpointUnavailableException Unavailable(EndpointSelector selector, List<Endpoint> tried, List<Exception> failures)
    {
        var health = selector.Registry.GetHealth(selector.Service);
        var state = health.Total == 0
            ? selector.Registry.GetSnapshot(selector.Service).Cordoned is { Length: > 0 } cordoned
                ? $"All its endpoints were drained or cordoned: {string.Join(", ", cordoned)}. Uncordon one, or list another."
                : "It has no endpoints: register one, or check its discovery source."
            : $"Of its {health.Total} endpoints {health.Healthy} are healthy, {health.Degraded} degraded, {health.Draining} draining and {health.Unhealthy} unhealthy; the selector's filter may leave out more.";
        return tried.Count == 0
            ? new EndpointUnavailableException(selector.Service, $"There is no endpoint of service '{selector.Service}' to call. {state}", [])
            : new EndpointUnavailableException(
                selector.Service,
                $"Service '{selector.Service}' failed the call at {string.Join(", ", tried.Select((endpoint, i) => $"{endpoint.Id} ({failures[i].GetType().Name})"))}. {state}",
                [.. tried.Select(endpoint => endpoint.Id)],
                failures.Count == 1 ? failures[0] : new AggregateException(failures));
    }
}
