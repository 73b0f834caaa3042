using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;

namespace Sira.Simulation.Tests;

public sealed class SimulatedBackendsTests
{
    private readonly SimulatedProvider provider = new SimulatedProvider().Respond("from the simulation");

    [Theory]
    [InlineData("opnai", "Did you mean 'openai'?")]
    [InlineData("OpenAI", "Did you mean 'openai'?")]
    [InlineData("something else", "Known: openai.")]
    public void SimulateBackend_NoBackendOfTheName_IsAMistakeAtStart(string name, string fix)
    {
        var (_, errors) = Load(sira => sira.AddOpenAI(static options => options.ApiKeys.Add("k")).SimulateBackend(name, provider));

        var error = Assert.Single(errors.Items);
        Assert.Equal($"SimulateBackend(\"{name}\", …)", error.Path);
        Assert.Equal($"unknown backend '{name}'.", error.Problem);
        Assert.Contains(fix, error.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SimulateBackend_BeforeTheBackendIsAdded_Works()
    {
        var (backends, errors) = Load(sira => sira.SimulateBackend("mine", provider).AddOpenAI("mine", static options => options.ApiKeys.Add("k")));

        Assert.Empty(errors.Items);
        Assert.Equal("from the simulation", (await Assert.Single(backends).GetChatClient("m").GetResponseAsync("Hi")).Text);
    }

    [Fact]
    public async Task AddSimulatedBackends_Alone_AddsThree()
    {
        var (backends, errors) = Load(sira => sira.AddSimulatedBackends(provider));

        Assert.Empty(errors.Items);
        Assert.Equal(["openai", "anthropic", "gemini"], backends.Select(static backend => backend.Name));
        foreach (var backend in backends)
        {
            Assert.Equal("from the simulation", (await backend.GetChatClient(backend.DefaultModel!).GetResponseAsync("Hi")).Text);
        }
    }

    [Fact]
    public void AddSimulatedBackends_TwiceAndBesidePlainCalls_IsTheSame()
    {
        var (backends, errors) = Load(sira => sira.AddAnthropic().AddSimulatedBackends(provider).AddSimulatedBackends(provider).AddOpenAI());

        Assert.Empty(errors.Items);
        Assert.Equal(["anthropic", "openai", "gemini"], backends.Select(static backend => backend.Name));
    }

    private static (IReadOnlyList<IBackend> Backends, ConfigurationErrors Errors) Load(Action<ISiraBuilder> configure)
    {
        var builder = new Builder();
        configure(builder);
        builder.AddBackends();
        var errors = new ConfigurationErrors();
        var services = builder.Services.BuildServiceProvider();
        return (services.GetRequiredService<IBackendSource>().Load(services.GetRequiredService<ContributionCatalogue>().Current, errors), errors);
    }

    private sealed class Builder : ISiraBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();
    }
}
