using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Clients;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Simulation;

namespace Sira.Tests.EndToEnd;

/// <summary>What a newcomer's slips look like from outside.</summary>
public class StartupMistakeTests
{
    [Fact]
    public void SimulateBackend_MisspelledName_StopsTheStart()
    {
        var exception = Start(static sira => sira
            .AddOpenAI(static options => options.ApiKeys.Add("k"))
            .SimulateBackend("opnai", new SimulatedProvider()));

        Assert.Contains("SimulateBackend(\"opnai\", …): unknown backend 'opnai'. Did you mean 'openai'?", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddOpenAI_TwoAccountsUnderOneName_StopsTheStart()
    {
        var exception = Start(static sira => sira
            .AddOpenAI(static options => options.ApiKeys.Add("k"))
            .AddOpenAI(static options => options.Endpoint = new Uri("https://eu.example.com/v1")));

        Assert.Contains("the backend 'openai' was added twice", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UseConfiguration_OtherSection_IsNamedInTheMistakesOfBackends()
    {
        var file = new ConfigurationBuilder().AddInMemoryCollection([new("Ai:Gateway:Backends:llm:Kind", "openai-compatible")]).Build();

        var exception = Start(sira => sira.UseConfiguration(file.GetSection("Ai:Gateway")));

        Assert.Contains(exception.Errors, static error => error.Path == "Ai:Gateway:Backends:llm:Endpoint");
    }

    private static SiraConfigurationException Start(Action<ISiraBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddSira(configure);
        using var provider = services.BuildServiceProvider();
        return Assert.Throws<SiraConfigurationException>(() => provider.GetRequiredService<ISira>());
    }
}
