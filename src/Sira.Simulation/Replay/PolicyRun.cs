using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sira.Backends;
using Sira.Backends.Configuration;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Clients;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Kernel.Time;
using Sira.Requests;
using Sira.Simulation.Time;
using Sira.Simulation.Traffic;
using Sira.Tokens;

namespace Sira.Simulation.Replay;

/// <summary>One policy over a whole log.</summary>
internal sealed class PolicyRun : IAsyncDisposable
{
    // What requests may still need when the last of them has been made.
    private static readonly TimeSpan Afterwards = TimeSpan.FromDays(2);

    private readonly WhatIfPolicy policy;
    private readonly SimulatedWorld world;
    private readonly TrafficLog log;
    private readonly VirtualTimeProvider clock;
    private readonly ServiceProvider services;
    private readonly PolicyTally tally;

    public PolicyRun(WhatIfPolicy policy, SimulatedWorld world, TrafficLog log)
    {
        (this.policy, this.world, this.log) = (policy, world, log);
        clock = new VirtualTimeProvider(world.Start);
        tally = new PolicyTally(policy.Name);
        services = Build();
    }

    public async Task<PolicyReport> RunAsync(CancellationToken cancellationToken)
    {
        CheckBackends();
        var chat = services.GetRequiredService<ISira>().GetChatClient(policy.Route);
        SynchronizationContext.SetSynchronizationContext(null);
        await new VirtualTimeRun(clock, log.Duration + Afterwards, int.MaxValue).PumpAsync(() => ReplayAsync(chat, cancellationToken)).ConfigureAwait(false);
        return tally.ToReport();
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private ServiceProvider Build()
    {
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(clock);
        collection.AddSingleton<IRandomSource>(new SeededRandomSource(world.Seed));
        collection.AddSingleton<IEnvironment>(new NoEnvironment());
        collection.AddSingleton<ITokenEstimator>(new RecordedTokens(log));
        collection.AddSiraKernel();
        var builder = new ReplayBuilder(collection);
        policy.Configure(builder);
        foreach (var (name, options) in world.Backends)
        {
            builder.SimulateBackend(name, new ReplayProvider(name, options, world, log, clock).Provider);
        }

        collection.AddSingleton<IPostConfigureOptions<BackendOptions>>(new NoRealBackends(world));
        var own = collection.LastOrDefault(static descriptor => descriptor.ImplementationInstance is SiraConfigurationSection)?.ImplementationInstance as SiraConfigurationSection;
        collection.AddSingleton(provider => new SiraConfigurationSection(ReplayConfiguration.Create(own?.Section ?? provider.GetService<IConfiguration>()?.GetSection(SiraConfigurationSection.DefaultName), world)));
        builder.AddBackends().AddGateway();
        return collection.BuildServiceProvider();
    }

    // A backend that the world does not have would be called for real.
    private void CheckBackends()
    {
        var errors = new ConfigurationErrors();
        foreach (var backend in services.GetRequiredService<IBackendSource>().Load(services.GetRequiredService<ContributionCatalogue>().Current, errors))
        {
            if (!world.Backends.ContainsKey(backend.Name))
            {
                errors.Add($"policy '{policy.Name}'", $"the backend '{backend.Name}' is not in the simulated world.", $"Describe it: world.AddBackend(\"{backend.Name}\", …).");
            }
        }

        errors.ThrowIfAny();
    }

    private async Task ReplayAsync(IChatClient chat, CancellationToken cancellationToken)
    {
        var running = new List<Task>(log.Records.Count);
        for (var number = 0; number < log.Records.Count; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (world.Start + log.Records[number].At - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero)
            {
                await InlineDelay.WaitAsync(wait, clock, CancellationToken.None).ConfigureAwait(false);
            }

            running.Add(AskAsync(chat, number));
        }

        await Task.WhenAll(running).ConfigureAwait(false);
    }

    private async Task AskAsync(IChatClient chat, int number)
    {
        var record = log.Records[number];
        var started = clock.GetTimestamp();
        var message = new ChatMessage(ChatRole.User, RecordedTokens.PromptOf(number));
        var options = new SiraChatOptions
        {
            ModelId = policy.Route is null ? record.Model : null,
            MaxOutputTokens = record.MaxOutputTokens,
            Request = new RequestContext(started) { Tenant = record.Tenant, User = record.User, AffinityKey = record.AffinityKey, Tags = record.Labels },
        };
        TrafficFeatures.Apply(record, message, options);
        try
        {
            if (!record.Streaming)
            {
                var response = await chat.GetResponseAsync([message], options, CancellationToken.None).ConfigureAwait(false);
                tally.Answer(response.GetRouteDecision(), clock.GetElapsedTime(started), firstToken: null);
                return;
            }

            TimeSpan? first = null;
            RouteDecision? decision = null;
            await foreach (var update in chat.GetStreamingResponseAsync([message], options, CancellationToken.None).ConfigureAwait(false))
            {
                first ??= update.Text.Length > 0 ? clock.GetElapsedTime(started) : null;
                decision = update.GetRouteDecision() ?? decision;
            }

            tally.Answer(decision, clock.GetElapsedTime(started), first);
        }
        catch (RequestFailedException failure)
        {
            tally.Fail(failure);
        }
    }
}
