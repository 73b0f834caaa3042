using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sira.Decisions;
using Sira.Gateway.Clients;
using Sira.Hosting;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Pipeline;
using Sira.Simulation;

namespace Sira.Tests.EndToEnd;

public class StartUpTests
{
    private static SiraInstance Create(FakeEnvironment environment, Action<ISiraBuilder>? configure = null) => SiraInstance.Create(sira =>
    {
        sira.Services.AddSingleton<IEnvironment>(environment);
        configure?.Invoke(sira);
    });

    [Fact]
    public void NothingConfigured_FailsAtStart_NamingWhatWasLookedFor_AndTheLineToAdd()
    {
        var exception = Assert.Throws<SiraConfigurationException>(() => Create(new FakeEnvironment()));

        foreach (var variable in (string[])["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY"])
        {
            Assert.Contains(variable, exception.Message, StringComparison.Ordinal);
        }

        Assert.Contains("services.AddSira(sira => sira.AddOpenAI(", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingConfigured_TheHostDoesNotStart()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IEnvironment>(new FakeEnvironment());
        builder.Services.AddSira();
        using var host = builder.Build();

        var exception = await Assert.ThrowsAsync<SiraConfigurationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("no backend is configured", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingButEnvironmentVariables_FindsTheirProviders()
    {
        var provider = new SimulatedProvider();
        await using var sira = Create(
            new FakeEnvironment(("OPENAI_API_KEY", "key-o"), ("ANTHROPIC_API_KEY", "key-a")),
            builder => builder.SimulateBackend("openai", provider).SimulateBackend("anthropic", provider));

        var response = await sira.GetChatClient().GetResponseAsync("Hello", cancellationToken: TestContext.Current.CancellationToken);
        await sira.GetChatClient().GetResponseAsync("Hello", new ChatOptions { ModelId = "anthropic/claude-haiku-4-5" }, TestContext.Current.CancellationToken);

        Assert.StartsWith("openai/", response.GetRouteDecision()!.Target, StringComparison.Ordinal);
        Assert.Equal(["key-o", "key-a"], provider.Requests.Select(request => request.ApiKey));
        Assert.DoesNotContain(sira.Targets, target => target.Target.StartsWith("gemini/", StringComparison.Ordinal));
    }

    [Fact]
    public void BackendWithoutItsKey_FailsAtStart_NamingTheVariable()
    {
        var exception = Assert.Throws<SiraConfigurationException>(() => Create(new FakeEnvironment(), sira => sira.AddOpenAI().AddAnthropic()));

        Assert.Contains("OPENAI_API_KEY", exception.Message, StringComparison.Ordinal);
        Assert.Contains("ANTHROPIC_API_KEY", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesUsedTwice_AreRefused()
    {
        var backends = Assert.Throws<SiraConfigurationException>(() => Create(
            new FakeEnvironment(),
            sira => sira.AddOpenAI("same", o => o.ApiKeys.Add("k")).AddAnthropic("same", o => o.ApiKeys.Add("k"))));
        var routes = Assert.Throws<ArgumentException>(() => Create(
            new FakeEnvironment(),
            sira => sira.AddSimulatedBackends().AddRoute("r", r => r.To("openai/gpt-4.1-mini")).AddRoute("R", r => r.To("openai/gpt-4.1-mini"))));

        Assert.Contains("'same' was added twice", backends.Message, StringComparison.Ordinal);
        Assert.Contains("'R' was added before", routes.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddSiraTwice_IsOneSira()
    {
        var services = new ServiceCollection();
        services.AddSira(sira => sira.AddSimulatedBackends().UseTools().UseTelemetry());
        services.AddSira(sira => sira.UseTools().UseTelemetry().AddRoute("batch", route => route.To("openai/gpt-4.1-mini")));
        await using var provider = services.BuildServiceProvider();

        Assert.Single(provider.GetServices<ISira>());
        Assert.Single(provider.GetServices<IChatClient>());
        Assert.Equal(3, provider.GetServices<IHostedService>().Count(service => service.GetType().Namespace!.StartsWith("Sira.Gateway", StringComparison.Ordinal)));
        Assert.Distinct(provider.GetServices<IHostedService>().Select(service => service.GetType()));
        Assert.Equal(2, provider.GetServices<ChatStage>().Count());
        Assert.Contains("batch", provider.GetRequiredService<ISira>().Routes);
        await provider.GetRequiredKeyedService<IChatClient>("batch").GetResponseAsync("Hello", cancellationToken: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task ContainerDisposal_InAnyOrderOfUse_IsQuietAndRepeatable()
    {
        var sira = Create(new FakeEnvironment(), builder => builder.AddSimulatedBackends().UseTools().UseTelemetry());
        var chat = sira.GetChatClient();
        await chat.GetResponseAsync("Hello", cancellationToken: TestContext.Current.CancellationToken);
        chat.Dispose();
        await chat.GetResponseAsync("Hello", cancellationToken: TestContext.Current.CancellationToken);

        await sira.DisposeAsync();
        await sira.DisposeAsync();
        chat.Dispose();
    }
}
