using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Hosting;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;

namespace Sira.Tests.EndToEnd;

/// <summary>The mistakes of all packages show at once.</summary>
public class ConfigurationMistakeTests
{
    [Fact]
    public void MistakesOfStagesBackendsAndRoutes_ShowTogether()
    {
        var exception = Assert.Throws<SiraConfigurationException>(() => Create(
            sira => sira.AddSimulatedBackends().AddRoute("default", route => route.To("opnai/gpt-5-mini")).UseTools(tools => tools.MaxRounds = -1),
            ("Tools:MaxCalls", "few"),
            ("Tools:Rounds", "3")));

        string[] expected = ["UseTools.MaxRounds: '-1'", "Did you mean 'openai'?", "Sira:Tools:MaxCalls", "Sira:Tools:Rounds"];
        Assert.All(expected, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void SectionOfAStageThatIsNotUsed_IsAMistake()
    {
        var exception = Assert.Throws<SiraConfigurationException>(() => Create(sira => sira.AddSimulatedBackends(), ("Tools:MaxRounds", "3")));

        Assert.Contains("unknown key 'Tools'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BackendWithAMistake_IsNotCalledUnknownToo()
    {
        var exception = Assert.Throws<SiraConfigurationException>(() => Create(
            sira => sira.AddOpenAI(options => options.Endpoint = new Uri("ftp://nowhere")).AddRoute("default", route => route.To("openai/gpt-5-mini"))));

        Assert.DoesNotContain("unknown backend", exception.Message, StringComparison.Ordinal);
        Assert.All(exception.Errors, error => Assert.StartsWith("Sira:Backends:openai", error.Path, StringComparison.Ordinal));
    }

    [Fact]
    public void AnotherSection_IsTheOneThatMistakesName()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Ai:Gateway:Routes:default:Targets", "opnai/x"), new("Ai:Gateway:DefaultRoute", "nope")]).Build();

        var exception = Assert.Throws<SiraConfigurationException>(() => SiraInstance.Create(sira => sira.AddSimulatedBackends().UseConfiguration(configuration.GetSection("Ai:Gateway"))));

        Assert.All(exception.Errors, error => Assert.StartsWith("Ai:Gateway:", error.Path, StringComparison.Ordinal));
    }

    private static void Create(Action<ISiraBuilder> configure, params (string Key, string Value)[] file)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(file.Select(pair => new KeyValuePair<string, string?>("Sira:" + pair.Key, pair.Value))).Build();
        SiraInstance.Create(sira =>
        {
            sira.UseConfiguration(configuration.GetSection("Sira"));
            configure(sira);
        });
    }
}
