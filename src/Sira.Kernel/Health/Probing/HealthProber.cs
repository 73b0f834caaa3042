using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Configuration;
using Sira.Kernel.Errors;
using Sira.Kernel.Health.Detection;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;

namespace Sira.Kernel.Health.Probing;

/// <summary>Checks the endpoints of services at intervals, and takes out of service those whose checks fail.</summary>
/// <remarks>
/// <para>Thread-safe. A bounded number of checks runs at a time, and of each endpoint at most one. What a probe throws, and one that hangs, even one that blocks its thread, is that endpoint's failure and nobody else's.</para>
/// <para>A check that timed out while this process itself stood still (see <see cref="StallMeter"/>) says nothing and is repeated.</para>
/// <para>The verdict is a signal beside the breaker, not a call: a failing check takes the endpoint out of service whatever its breaker says; a passing one does not close an open breaker, since answering a check is not serving calls.</para>
/// </remarks>
public sealed class HealthProber : IDisposable
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<ProbedEndpoint, long> queue = new();
    private readonly Dictionary<string, ProbedService> services = new(StringComparer.OrdinalIgnoreCase);
    private readonly TimeProvider time;
    private readonly MonotonicClock clock;
    private readonly IRandomSource random;
    private readonly StallMeter stalls;
    private readonly ILogger logger;
    private readonly ITimer timer;
    private readonly int maximumConcurrency;
    private int running;
    private bool disposed;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="registry">Whose endpoints are checked.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">The source of jitter.</param>
    /// <param name="stalls">What measures the process's own stalls on the same clock; <see langword="null"/> for one of its own.</param>
    /// <param name="logger">Where verdicts are logged; <see langword="null"/> means nowhere.</param>
    /// <param name="maximumConcurrency">How many checks may run at a time; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximumConcurrency"/> is below 1.</exception>
    public HealthProber(IServiceRegistry registry, TimeProvider time, IRandomSource random, StallMeter? stalls = null, ILogger<HealthProber>? logger = null, int maximumConcurrency = 16)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumConcurrency, 1);
        (Registry, this.time, this.random, this.maximumConcurrency) = (registry, time, random, maximumConcurrency);
        this.stalls = stalls ?? new StallMeter(time);
        this.logger = logger ?? NullLogger<HealthProber>.Instance;
        clock = new MonotonicClock(time);
        timer = time.CreateTimer(static state => ((HealthProber)state!).Pump(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal IServiceRegistry Registry { get; }

    /// <summary>Checks the endpoints of a service from now on, those that are added later as well.</summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="probe">Asks them.</param>
    /// <param name="options">How often, and what follows; <see langword="null"/> for the defaults.</param>
    /// <returns>Disposing it ends the checks, and puts back into service what only they had taken out.</returns>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    /// <exception cref="SiraException">The service is checked already.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed of.</exception>
    public IDisposable Check(string service, IHealthProbe probe, HealthCheckOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        ArgumentNullException.ThrowIfNull(probe);
        options ??= HealthCheckOptions.Default;
        var errors = new ConfigurationErrors();
        options.Validate("HealthCheck", errors);
        errors.ThrowIfAny();

        var probed = new ProbedService(this, service, probe, options);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (!services.TryAdd(service, probed))
            {
                throw new SiraException($"Service '{service}' is checked already, by the probe '{services[service].Probe.Name}'. Dispose of that check first, or combine both in one probe.");
            }

            if (services.Count == 1)
            {
                stalls.Start();
            }
        }

        probed.Follow(Registry);
        return probed;
    }

    /// <summary>Ends all checks.</summary>
    public void Dispose()
    {
        ProbedService[] all;
        lock (gate)
        {
            disposed = true;
            all = [.. services.Values];
        }

        Array.ForEach(all, service => service.Dispose());
        timer.Dispose();
    }

    internal void Synchronise(ProbedService service)
    {
        var dropped = new List<ProbedEndpoint>();
        lock (gate)
        {
            if (service.Ended)
            {
                return;
            }

            var current = Registry.GetSnapshot(service.Name).Endpoints;
            var listed = new HashSet<Endpoint>(current, ReferenceEqualityComparer.Instance);
            dropped.AddRange(service.Endpoints.Values.Where(known => !listed.Contains(known.Endpoint)));
            dropped.ForEach(known => service.Endpoints.Remove(known.Endpoint));
            foreach (var endpoint in current)
            {
                if (!service.Endpoints.ContainsKey(endpoint))
                {
                    var probed = new ProbedEndpoint(service, endpoint, clock.Now);
                    service.Endpoints.Add(endpoint, probed);

                    // At once, but not all of them at the same instant.
                    Enqueue(probed, service.Options.RecheckInterval * random.NextDouble());
                }
            }
        }

        Drop(dropped);
    }

    internal void End(ProbedService service)
    {
        List<ProbedEndpoint> dropped;
        lock (gate)
        {
            if (service.Ended)
            {
                return;
            }

            service.Ended = true;
            dropped = [.. service.Endpoints.Values];
            service.Endpoints.Clear();
            services.Remove(service.Name);
            if (services.Count == 0)
            {
                stalls.Stop();
            }
        }

        Drop(dropped);
    }

    private void Drop(List<ProbedEndpoint> dropped)
    {
        foreach (var probed in dropped)
        {
            CancellationTokenSource? running;
            lock (gate)
            {
                probed.Dropped = true;
                queue.Remove(probed, out _, out _);
                running = probed.Awaited?.Cancellation;
                Release(probed);
                SetTimer();
            }

            Cancel(running);
            probed.Endpoint.Signal(EndpointSignals.ProbeFailing | EndpointSignals.ProbeDegraded, raise: false);
        }
    }

    // Starts at most one check, and leaves further ones that are due to the timer: a probe that blocks its thread then blocks no other.
    private void Pump()
    {
        ProbeRun? run = null;
        var hanging = false;
        ProbedEndpoint probed;
        lock (gate)
        {
            if (running >= maximumConcurrency || !queue.TryPeek(out _, out var due) || due > clock.Now)
            {
                SetTimer();
                return;
            }

            probed = queue.Dequeue();
            hanging = probed.Unreturned is not null;
            if (!hanging)
            {
                run = new ProbeRun(probed, stalls.Read().Stalled);
                (probed.Awaited, probed.Unreturned) = (run, run);
                running++;
                run.Deadline = time.CreateTimer(static state => ((Action)state!)(), () => TimeOut(run), probed.Service.Options.Timeout, Timeout.InfiniteTimeSpan);
            }

            SetTimer();
        }

        if (hanging)
        {
            Conclude(probed, null, ProbeResult.Unhealthy("an earlier check still hangs"), "timeout");
        }
        else
        {
            _ = RunAsync(run!);
        }
    }

    private async Task RunAsync(ProbeRun run)
    {
        ProbeResult result;
        var timedOut = false;
        try
        {
            var service = run.Endpoint.Service;
            result = await service.Probe.ProbeAsync(run.Endpoint.Endpoint, service.Options, run.Cancellation.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The probe's own timeouts as well.
            (result, timedOut) = (ProbeResult.Unhealthy("it did not answer in time"), true);
        }
#pragma warning disable CA1031 // Whatever the probe throws is its verdict.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            result = ProbeResult.Unhealthy($"the check threw {exception.GetType().Name}: {exception.Message.TrimEnd('.')}");
        }

        lock (gate)
        {
            run.Endpoint.Unreturned = null;
        }

        Conclude(run.Endpoint, run, result, timedOut ? "timeout" : null);
        run.Cancellation.Dispose();
    }

    private void TimeOut(ProbeRun run)
    {
        Conclude(run.Endpoint, run, ProbeResult.Unhealthy("it did not answer in time"), "timeout");
        Cancel(run.Cancellation);
    }

    private void Conclude(ProbedEndpoint probed, ProbeRun? run, ProbeResult result, string? outcome)
    {
        bool failing = false, passing = false;
        int failures;
        lock (gate)
        {
            if (probed.Dropped || probed.Awaited != run)
            {
                // Timed out long ago, or not needed any more.
                return;
            }

            var inconclusive = outcome is "timeout" && run is not null && stalls.Read().Stalled > run.StalledBefore;
            Release(probed);
            if (inconclusive)
            {
                outcome = "inconclusive";
            }
            else if (result.Outcome == ProbeOutcome.Unhealthy)
            {
                failing = probed.Fail(clock.Now, clock.ToTimestamps(probed.Service.Options.StartupGrace));
            }
            else
            {
                passing = probed.Pass();
            }

            failures = probed.Failures;
            var options = probed.Service.Options;
            var wait = inconclusive || probed.IsChanging ? options.RecheckInterval : options.Interval;
            Enqueue(probed, wait * (1 - (options.Jitter * random.NextDouble())));

            // Under the lock, so that two verdicts on one endpoint cannot overtake each other; only this assembly listens to signals.
            probed.Endpoint.Signal(EndpointSignals.ProbeFailing, probed.IsFailing);
            if (!inconclusive)
            {
                probed.Endpoint.Signal(EndpointSignals.ProbeDegraded, result.Outcome == ProbeOutcome.Degraded);
            }
        }

        ProbeMetrics.Count(probed.Service.Name, outcome ?? NameOf(result.Outcome));
        if (failing)
        {
            ProbeLog.Failing(logger, probed.Service.Name, probed.Endpoint.Id, failures, probed.Service.Probe.Name, result.Detail ?? "it said so");
        }
        else if (passing)
        {
            ProbeLog.Passing(logger, probed.Service.Name, probed.Endpoint.Id, probed.Service.Probe.Name);
        }
    }

    private static string NameOf(ProbeOutcome outcome) => outcome switch
    {
        ProbeOutcome.Healthy => "healthy",
        ProbeOutcome.Degraded => "degraded",
        _ => "unhealthy",
    };

    private static void Cancel(CancellationTokenSource? source)
    {
        try
        {
            source?.Cancel();
        }
        catch (Exception exception) when (exception is AggregateException or ObjectDisposedException)
        {
            // What the probe registered on its token threw, or the probe has just returned; either way the verdict stands.
        }
    }

    private void Release(ProbedEndpoint probed)
    {
        if (probed.Awaited is { } run)
        {
            run.Deadline?.Dispose();
            probed.Awaited = null;
            running--;
        }
    }

    private void Enqueue(ProbedEndpoint probed, TimeSpan wait)
    {
        queue.Enqueue(probed, MonotonicClock.Add(clock.Now, clock.ToTimestamps(wait)));
        SetTimer();
    }

    private void SetTimer()
    {
        var wait = running < maximumConcurrency && queue.TryPeek(out _, out var due) ? clock.ToTimeSpan(due - clock.Now) : Timeout.InfiniteTimeSpan;
        timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
