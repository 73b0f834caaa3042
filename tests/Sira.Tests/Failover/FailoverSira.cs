using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Configuration;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Clients;
using Sira.Gateway.Configuration;
using Sira.Hosting;
using Sira.Kernel.Builder;
using Sira.Kernel.Time;
using Sira.Models;
using Sira.Requests;
using Sira.Simulation;
using Sira.Simulation.Faults;
using Sira.Simulation.Time;

namespace Sira.Tests.Failover;

/// <summary>All of Sira over a scenario's providers, in virtual time: a primary and its fallbacks, two retries, timeouts of 30 seconds.</summary>
internal sealed class FailoverSira : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly ModelPricing Pricing = new() { Input = 1m, Output = 4m };
    private static int routes;

    private readonly ScenarioNumbers numbers;
    private readonly SiraInstance instance;
    private readonly int[] askedBefore;
    private readonly int timers;
    private TimeSpan askedAt;

    public FailoverSira(ScenarioNumbers numbers, Action<RouteBuilder>? route = null, StreamRecovery[]? recovery = null, Action<int, BackendOptions>? backend = null)
    {
        this.numbers = numbers;
        Answers = new ScriptedAnswers(numbers.Kind, numbers.Pick(60, 12, 90), numbers.Diverges);
        Providers = [.. numbers.Wires.Select((_, i) => new SimulatedProvider(Clock).Respond(request => Answers.Answer(request, i)))];
        askedBefore = new int[Providers.Count];
        instance = SiraInstance.Create(sira =>
        {
            sira.Services.AddSingleton<TimeProvider>(Clock);
            sira.Services.AddSingleton<IRandomSource>(new SeededRandomSource(numbers.Pick(5, 0, int.MaxValue - 1)));
            for (var i = 0; i < Providers.Count; i++)
            {
                var index = i;
                Add(sira, i, options => backend?.Invoke(index, options)).SimulateBackend(NameOf(i), Providers[i]);
            }

            sira.AddRoute(RouteName, builder =>
            {
                builder.To(TargetOf(0)).FallBackTo([.. Enumerable.Range(1, Providers.Count - 1).Select(TargetOf)])
                    .Retry(static retry => retry.MaxRetriesPerTarget = 2)
                    .Timeouts(static timeouts => (timeouts.Headers, timeouts.FirstToken, timeouts.Idle, timeouts.Total, timeouts.Unary) = (Limit, Limit, Limit, Limit, Limit))
                    .Configure(options => options.StreamRecovery = recovery ?? []);
                route?.Invoke(builder);
            });
            sira.ConfigureGateway(options => options.DefaultRoute = RouteName);
        });
        timers = Clock.ActiveTimers;
    }

    public VirtualTimeProvider Clock { get; } = new();

    /// <summary>The route's name, of its own for each instance, so that measurements can be told apart.</summary>
    public string RouteName { get; } = string.Create(CultureInfo.InvariantCulture, $"failover-{Interlocked.Increment(ref routes)}");

    public IReadOnlyList<SimulatedProvider> Providers { get; }

    public SimulatedProvider Primary => Providers[0];

    public ScriptedAnswers Answers { get; }

    public ISira Sira => instance;

    public TimeSpan Now => Clock.GetUtcNow() - DateTimeOffset.UnixEpoch;

    /// <summary>The requests of the last call, to all providers, as they arrived there.</summary>
    public IReadOnlyList<(int Provider, TimeSpan After)> Requests => [.. Providers
        .SelectMany((provider, i) => provider.Requests.Skip(askedBefore[i]).Select(request => (i, request.ArrivedAt - DateTimeOffset.UnixEpoch - askedAt)))
        .OrderBy(static request => request.Item2)];

    public static string NameOf(int provider) => provider == 0 ? "primary" : string.Create(CultureInfo.InvariantCulture, $"fallback-{provider}");

    public string TargetOf(int provider) => $"{NameOf(provider)}/{ModelOf(provider)}";

    public int CountTo(int provider) => Requests.Count(request => request.Provider == provider);

    public int CountWithin(double seconds) => Requests.Count(request => request.After <= TimeSpan.FromSeconds(seconds));

    /// <summary>Slows answers down and chops them up, as networks do, where numbers are drawn. Added after the scenario's own faults, which hold where both say something.</summary>
    public void AddNoise()
    {
        foreach (var provider in numbers.IsDrawn ? Providers : [])
        {
            provider.Faults.Always(Fault.SlowFirstToken(numbers.PickTime(0, 0, 300)).With(Fault.SlowTokens(numbers.PickTime(0, 0, 4))));
            provider.Faults.Always(numbers.Pick(Fault.SmallPieces(numbers.Pick(1, 1, 60)), Fault.CommentLines(), Fault.SlowHeaders(TimeSpan.FromMilliseconds(7))));
        }
    }

    public Task<ScenarioAnswer> AskAsync(CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < Providers.Count; i++)
        {
            askedBefore[i] = Providers[i].RequestCount;
        }

        askedAt = Now;
        return Clock.RunAsync(() => numbers.Streaming ? StreamAsync(cancellationToken) : GetAsync(cancellationToken));
    }

    /// <summary>Asserts that an answer is whole: what one of the providers says, every word and call of it, with that provider's usage.</summary>
    /// <returns>Which provider's it is.</returns>
    public int AssertWhole(ScenarioAnswer answer)
    {
        var by = Enumerable.Range(0, Providers.Count).Last(i => answer.Attempts[^1].Target == TargetOf(i));
        Assert.Equal(Answers.TextOf(by), answer.Response.Text);
        Assert.Equal(Answers.CallsOf(by).Select(static call => call.Name), answer.Calls.Select(static call => call.Name));
        Assert.Equal(
            Answers.CallsOf(by).Select(static call => string.Concat(System.Text.Json.Nodes.JsonNode.Parse(call.Arguments)!.AsObject().Select(static argument => $"{argument.Key}={argument.Value};"))),
            answer.Calls.Select(static call => string.Concat(call.Arguments!.Select(static argument => $"{argument.Key}={argument.Value};"))));
        Assert.Equal(answer.Calls.Count(), answer.Calls.Select(static call => call.CallId).Distinct().Count());
        Assert.Equal(numbers.Kind is RequestKind.Tools ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop, answer.Response.FinishReason);
        AssertUsage(answer, by);
        AssertTrail(answer.Attempts);
        return by;
    }

    /// <summary>Asserts that an answer names the provider that gave it and carries that one's usage.</summary>
    public void AssertUsage(ScenarioAnswer answer, int by)
    {
        var usage = ScriptedAnswers.UsageOf(by);
        Assert.Equal((usage.InputTokens, usage.OutputTokens), ((int?)answer.Response.Usage?.InputTokenCount, (int?)answer.Response.Usage?.OutputTokenCount));
        Assert.Equal(ScriptedAnswers.ModelOf(by), answer.Response.ModelId);
        Assert.Equal(TargetOf(by), answer.Decision.Target);
        Assert.Null(answer.Attempts[^1].Error);
        Assert.All(answer.Attempts.SkipLast(1), static attempt => Assert.NotNull(attempt.Error));
    }

    /// <summary>Asserts that the decision tells of each request that the providers received, and of no other.</summary>
    public void AssertTrail(IReadOnlyList<RouteAttempt> attempts) =>
        Assert.Equal(
            Requests.Select(request => (request.After, TargetOf(request.Provider))).Order(),
            attempts.Select(static attempt => (attempt.StartedAfter, attempt.Target)).Order());

    /// <summary>Asserts that nothing is left behind: no timer, no call in flight, no open exchange.</summary>
    public void AssertIdle()
    {
        Assert.Equal(timers, Clock.ActiveTimers);
        Assert.All(instance.Targets, static target => Assert.Equal(0, target.InFlight));
        Assert.All(Providers, static provider => Assert.Equal(0, provider.InFlight));
        Assert.All(Providers, static provider => Assert.DoesNotContain(provider.Requests, static request => request.Outcome is SimulatedRequestOutcome.InProgress));
    }

    /// <summary>Asserts that nothing is left behind, and that the same client answers a healthy call.</summary>
    public async Task AssertHealthyAfterwardsAsync()
    {
        AssertIdle();
        foreach (var provider in Providers)
        {
            provider.Faults.Clear();
        }

        AssertWhole(await AskAsync());
        AssertIdle();
    }

    public ValueTask DisposeAsync() => instance.DisposeAsync();

    private ISiraBuilder Add(ISiraBuilder sira, int provider, Action<BackendOptions> configure)
    {
        var (wire, name, model) = (numbers.Wires[provider], NameOf(provider), ModelOf(provider));
        return wire switch
        {
            "anthropic" => sira.AddAnthropic(name, Configure),
            "gemini" => sira.AddGemini(name, Configure),
            _ => sira.AddOpenAI(name, Configure),
        };

        void Configure(BackendOptions options)
        {
            options.ApiKeys.Add("key-1");
            options.Api = wire is "chat" or "responses" ? wire : options.Api;
            options.Models[model] = new ModelDescriptor(model) { Pricing = Pricing };
            configure(options);
        }
    }

    // Deployments of one model are balanced, different models asked in their order: where there are several fallbacks, it is the order that is looked at.
    private string ModelOf(int provider) => (numbers.Wires[provider], numbers.IsDrawn) switch
    {
        (_, true) => string.Create(CultureInfo.InvariantCulture, $"model-{provider}"),
        ("anthropic", _) => "claude-haiku-4-5",
        ("gemini", _) => "gemini-2.5-flash-lite",
        _ => "gpt-4.1-mini",
    };

    private async Task<ScenarioAnswer> GetAsync(CancellationToken cancellationToken)
    {
        var response = await instance.GetChatClient().GetResponseAsync(Answers.Messages, Answers.CreateOptions(), cancellationToken);
        return new ScenarioAnswer(response, Restarts: 0, Now - askedAt);
    }

    private async Task<ScenarioAnswer> StreamAsync(CancellationToken cancellationToken)
    {
        var (updates, restarts) = (new List<ChatResponseUpdate>(), 0);
        await foreach (var update in instance.GetChatClient().GetStreamingResponseAsync(Answers.Messages, Answers.CreateOptions(), cancellationToken))
        {
            if (update.IsRestart())
            {
                restarts++;
                updates.Clear();
                continue;
            }

            updates.Add(update);
        }

        return new ScenarioAnswer(updates.ToChatResponse(), restarts, Now - askedAt);
    }
}
