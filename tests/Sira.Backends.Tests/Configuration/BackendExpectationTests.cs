using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Configuration;
using Sira.Backends.Tests.Support;

namespace Sira.Backends.Tests.Configuration;

public sealed class BackendExpectationTests
{
    [Theory]
    [InlineData("opnai")]
    [InlineData("OpenAI")]
    public void Load_NoBackendOfTheName_IsAMistakeOfWhoNamedIt(string name)
    {
        using var harness = new BackendHarness(sira => sira.AddOpenAI(static options => options.ApiKeys.Add("k")).Services.AddSingleton(new BackendExpectation(name, "Plug")));

        var error = harness.LoadError();

        Assert.Equal($"Plug(\"{name}\", …): unknown backend '{name}'. Did you mean 'openai'? Known: openai.", error.ToString());
    }

    [Fact]
    public void Load_BackendThatFailed_IsNotUnknownToo()
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAI().Services.AddSingleton(new BackendExpectation("openai", "Plug")));

        Assert.Equal("Sira:Backends:openai:ApiKey", harness.LoadError().Path);
    }

    [Fact]
    public void Load_NoBackendAtAll_IsOneMistake()
    {
        using var harness = new BackendHarness(static sira => sira.Services.AddSingleton(new BackendExpectation("openai", "Plug")));

        Assert.Equal("Sira:Backends", harness.LoadError().Path);
    }

    [Fact]
    public void Load_ReloadRemovesIt_IsAllowed()
    {
        var file = new ShrinkingFile("Sira:Backends:openai:ApiKey", "Sira:Backends:groq:ApiKey");
        using var harness = new BackendHarness(static sira => sira.Services.AddSingleton(new BackendExpectation("groq", "Plug")), file: new ConfigurationBuilder().Add(file).Build());
        Assert.Equal(2, harness.Load().Count);

        file.Remove("Sira:Backends:groq:ApiKey");

        Assert.Equal("openai", harness.LoadOne().Name);
    }

    private sealed class ShrinkingFile : ConfigurationProvider, IConfigurationSource
    {
        public ShrinkingFile(params string[] keys) => Data = keys.ToDictionary(static key => key, static _ => (string?)"k", StringComparer.OrdinalIgnoreCase);

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public void Remove(string key) => Data.Remove(key);
    }
}
