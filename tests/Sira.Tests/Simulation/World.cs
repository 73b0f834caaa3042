using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Errors;
using Sira.Gateway.Clients;
using Sira.Gateway.Events;
using Sira.Kernel.Health;
using Sira.Kernel.Messaging;
using Sira.Kernel.Registry;
using Sira.Kernel.Resources;
using Sira.Kernel.Time;
using Sira.Pipeline;
using Sira.Simulation;
using Sira.Simulation.Time;

namespace Sira.Tests.Simulation;

/// <summary>All of Sira with its providers and callers, in virtual time and on one thread.</summary>
internal sealed class World : IDisposable
{
    private readonly List<string> trace = [];
    private readonly List<string> violations = [];
    private readonly Dictionary<string, int> circuitChanges = [];
    private readonly WorldConfiguration configuration;
    private readonly ServiceProvider services;
    private readonly int thread = Environment.CurrentManagedThreadId;
    private readonly Dictionary<SimulatedRequest, CallerResult> mirroredFor = [];
    private int reloads;

    public World(WorldDescription description)
        : this(description, new SeededRandomSource((int)description.Seed))
    {
    }

    public World(WorldDescription description, IRandomSource random)
    {
        Description = description;
        Settings = description.Settings;
        Results = [.. description.Callers.Select(static plan => new CallerResult(plan))];
        configuration = new WorldConfiguration(description.Settings);
        Providers = [.. description.Backends.Select(backend => new WorldProvider(this, backend))];
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(Clock);
        collection.AddSingleton(random);
        collection.AddSingleton<IConfiguration>(new ConfigurationBuilder().Add(configuration).Build());
        collection.AddSira(sira =>
        {
            _ = description.UsesCache ? sira.UseCache() : sira;
            sira.Use(new ChatStage("numbering", (inner, _) => new NumberingStage(inner, this)));
            for (var i = 0; i < Providers.Count; i++)
            {
                sira.SimulateBackend(description.Backends[i].Name, Providers[i].Provider);
            }
        });
        services = collection.BuildServiceProvider();
        Sira = services.GetRequiredService<ISira>();
        Pools = services.GetRequiredService<ResourcePoolRegistry>();
        Subscribe(services.GetRequiredService<IMessageBus>());
    }

    public static DateTimeOffset Beginning { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public WorldDescription Description { get; }

    public VirtualTimeProvider Clock { get; } = new();

    public ISira Sira { get; }

    public ResourcePoolRegistry Pools { get; }

    /// <summary>The section in force.</summary>
    public WorldSettings Settings { get; private set; }

    public IReadOnlyList<CallerResult> Results { get; }

    public IReadOnlyList<WorldProvider> Providers { get; }

    /// <summary>The breakers that opened, by target.</summary>
    public Dictionary<string, int> Opened { get; } = [];

    /// <summary>The requests that passed a breaker which was not closed, and not as its probes.</summary>
    public List<(Arrival Arrival, CallerResult Caller)> LastResorts { get; } = [];

    /// <summary>What reached providers, mirrored calls aside, in order.</summary>
    public List<Arrival> Arrivals { get; } = [];

    /// <summary>The mirrored calls that reached a provider.</summary>
    public List<Arrival> ShadowArrivals { get; } = [];

    /// <summary>The mirrored calls that ended.</summary>
    public List<ShadowCompleted> Shadows { get; } = [];

    /// <summary>When it had been drained before its end.</summary>
    public long? DrainedAt { get; private set; }

    /// <summary>What still ran when it had been drained.</summary>
    public List<string> AfterDrain { get; } = [];

    /// <summary>Added to what strict budgets have spent: for the test of the check.</summary>
    public long StrictExcess { get; set; }

    public IReadOnlyList<string> Lines => trace;

    public IReadOnlyList<string> Violations => violations;

    /// <summary>Runs to the end.</summary>
    public void Run()
    {
        WorldPump.Run(Clock, () => Task.WhenAll(Results.Select(result => new Caller(this, result).RunAsync()).Concat(Description.Reloads.Select(ReloadAsync)).Append(DrainEarlyAsync())));
        WorldPump.Run(Clock, DrainAsync);
        Trace("ends");
    }

    public void Trace(string line)
    {
        if (Environment.CurrentManagedThreadId != thread)
        {
            Violate("one thread", line + " on another thread");
        }

        trace.Add(string.Create(CultureInfo.InvariantCulture, $"{(Clock.GetUtcNow() - Beginning).TotalSeconds:0.0000000} {line}"));
    }

    public void Violate(string invariant, string what) => violations.Add($"{invariant}: {what}");

    public string CallerOf(Arrival arrival) => "caller " + (mirroredFor.GetValueOrDefault(arrival.Request) ?? Results.First(result => result.Arrivals.Contains(arrival))).Plan.Number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Takes note of a request that reached a provider, and checks what must hold at that instant.</summary>
    public Arrival? Arrive(WorldBackend backend, SimulatedRequest request)
    {
        var text = request.Prompt.EmbeddingInputs.Count > 0 ? request.Prompt.EmbeddingInputs[0] : request.Prompt.LastUserText;
        if (!text.StartsWith('#') || !int.TryParse(text.AsSpan(1, text.IndexOf(' ', StringComparison.Ordinal) - 1), out var number))
        {
            Violate("every request belongs to a caller", $"{backend.Name} received '{request.Body}'");
            return null;
        }

        var result = Results[number];
        var target = $"{backend.Name}/{request.Model}";
        if (backend.IsShadow)
        {
            var mirrored = new Arrival(target, Clock.GetTimestamp(), request, default, default);
            ShadowArrivals.Add(mirrored);
            mirroredFor[request] = result;
            return mirrored;
        }

        var others = result.Settings!.TargetsOf(result.Plan).Where(other => other != target && !result.Arrivals.Exists(arrival => arrival.Target == other));
        var arrival = new Arrival(target, Clock.GetTimestamp(), request, CircuitOf("models", target), CircuitOf("providers", backend.Name))
        {
            Alternatives = [.. others.Where(other => Breaker("models", other)?.CanEnter() == true && Breaker("providers", other[..other.IndexOf('/', StringComparison.Ordinal)])?.CanEnter() == true)],
        };
        BreakerDiscipline.Check(this, arrival, result);
        result.Arrivals.Add(arrival);
        Arrivals.Add(arrival);
        CountOpen(arrival);
        Budgets.CheckReservation(this, result, arrival);
        return arrival;
    }

    // At the end of the instant: an exchange whose last event has been read is closed only after its place has gone to the next.
    private void CountOpen(Arrival arrival)
    {
        ITimer? timer = null;
        timer = Clock.CreateTimer(
            _ =>
            {
                timer?.Dispose();
                arrival.OpenAtTarget = Arrivals.Count(other => other.IsOpen && other.Target == arrival.Target);
                arrival.OpenAtBackend = Arrivals.Count(other => other.IsOpen && other.Backend == arrival.Backend);
            },
            null,
            TimeSpan.Zero,
            Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => services.Dispose();

    private async Task DrainEarlyAsync()
    {
        if (Description.DrainsAt is { } at)
        {
            await InlineDelay.WaitAsync(at, Clock, CancellationToken.None);
            DrainedAt = Clock.GetTimestamp();
            await DrainAsync();
        }
    }

    // Nothing runs when it is drained, and nothing begins any more.
    private async Task DrainAsync()
    {
        Trace("drains");
        await Sira.DrainAsync();
        Trace("is drained");
        AfterDrain.AddRange(Arrivals.Concat(ShadowArrivals).Where(static arrival => arrival.IsOpen).Select(static arrival => $"{arrival.Request} at {arrival.Target}"));
        if (Sira.InFlight != 0)
        {
            AfterDrain.Add($"{Sira.InFlight} calls");
        }

        try
        {
            await Sira.GetChatClient().GetResponseAsync([new ChatMessage(ChatRole.User, "late")]);
            AfterDrain.Add("a new call was answered");
        }
        catch (RequestFailedException exception) when (exception.Kind == RequestFailureKind.ShuttingDown)
        {
        }
    }

    private async Task ReloadAsync(WorldReload reload)
    {
        await InlineDelay.WaitAsync(reload.At, Clock, CancellationToken.None);
        var (before, limits) = (reloads, Limits());
        if (reload.IsValid)
        {
            Settings = reload.Settings;
        }

        configuration.Replace(reload.Settings);
        Trace(reload.IsValid ? "reloads" : "refuses to reload");
        if (reloads - before != (reload.IsValid ? 1 : 0))
        {
            Violate("reload", $"{reloads - before} configurations were taken over instead of {(reload.IsValid ? 1 : 0)}");
        }

        if (!reload.IsValid && limits.Except(Limits()).ToList() is { Count: > 0 } changed)
        {
            Violate("a refused configuration changes nothing", $"before it was {string.Join(", ", changed)}");
        }
    }

    private IEnumerable<Endpoint> Endpoints(string service) => services.GetRequiredService<IServiceRegistry>().GetSnapshot(service).Endpoints;

    private CircuitBreaker? Breaker(string service, string name) => Endpoints(service).FirstOrDefault(endpoint => endpoint.Id == name)?.Breaker;

    private Circuit CircuitOf(string service, string name) => new(Breaker(service, name)!.State, circuitChanges.GetValueOrDefault(name));

    private List<string> Limits() =>
    [
        .. Pools.Pools.Select(static pool => string.Create(CultureInfo.InvariantCulture, $"{pool.Name}: {pool.Limit}")),
        .. Endpoints("models").Concat(Endpoints("providers")).Select(static endpoint => $"{endpoint.Id}: {endpoint.Breaker.Options}"),
    ];

    private void Subscribe(IMessageBus bus)
    {
        bus.Subscribe<ConfigurationReloaded>(_ => reloads++);
        bus.Subscribe<ShadowCompleted>(message =>
        {
            Shadows.Add(message);
            Trace($"a mirrored call of {message.Route} ended: {message.Failure?.Kind.ToString() ?? "answered"}");
        });
        bus.Subscribe<BudgetThresholdReached>(message => Trace($"{message.Budget} {message.Value} reaches {message.Share}"));
        bus.Subscribe<BudgetExhausted>(message => Trace($"{message.Budget} is exhausted for {message.Route}"));
        bus.Subscribe<AttemptFailed>(message => Trace($"{message.Target} failed {message.Route}: {message.Kind}"));
        bus.Subscribe<BreakerChanged>(message =>
        {
            Trace($"{message.Target} is {message.State}");
            circuitChanges[message.Target] = circuitChanges.GetValueOrDefault(message.Target) + 1;
            Opened[message.Target] = Opened.GetValueOrDefault(message.Target) + (message.State == CircuitState.Open ? 1 : 0);
        });
        bus.Subscribe<ResponseCompleted>(message =>
        {
            foreach (var result in Results.Where(result => ReferenceEquals(result.Request, message.Request)))
            {
                result.Answers++;
            }
        });
    }
}
