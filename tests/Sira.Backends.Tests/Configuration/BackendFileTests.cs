using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Tests.Support;
using Sira.Models;

namespace Sira.Backends.Tests.Configuration;

public sealed class BackendFileTests
{
    [Fact]
    public void Load_BackendInTheFileOnly_IsBuilt()
    {
        using var harness = Create(("openai:ApiKey", "k"), ("openai:DefaultModel", "gpt-5"));

        Assert.Equal("gpt-5", harness.LoadOne().DefaultModel);
    }

    [Fact]
    public void Load_EmptySection_TakesAllDefaults()
    {
        using var harness = Create(new FakeEnvironment(("OPENAI_API_KEY", "k")), null, ("openai", string.Empty));

        Assert.Equal("openai", harness.LoadOne().Name);
    }

    [Fact]
    public async Task Load_FileOverCode_OverridesPropertyByProperty()
    {
        using var harness = Create(
            null,
            static sira => sira.AddOpenAI(static options =>
            {
                options.ApiKeys.Add("code");
                options.Endpoint = new Uri("https://code.test/v1");
                options.Headers["x-team"] = "code";
                options.Headers["x-other"] = "kept";
            }),
            ("openai:ApiKeys:0", "file"),
            ("openai:Headers:x-team", "file"));
        harness.Network.ThenJson("""{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}""");

        await Microsoft.Extensions.AI.ChatClientExtensions.GetResponseAsync(harness.LoadOne().GetChatClient("m"), "Hi");

        var sent = harness.Network.Sent[0];
        Assert.Equal("https://code.test/v1/chat/completions", sent.Address.ToString());
        Assert.Equal("Bearer file", sent.Headers["Authorization"]);
        Assert.Equal("file", sent.Headers["x-team"]);
        Assert.Equal("kept", sent.Headers["x-other"]);
    }

    [Fact]
    public void Load_ModelsInTheFile_CorrectTheCatalogue()
    {
        using var harness = Create(
            ("openai:ApiKey", "k"),
            ("openai:Models:gpt-5-mini:ContextWindow", "1234"),
            ("openai:Models:gpt-5-mini:Pricing:Input", "0.5"),
            ("openai:Models:local:Id", "llama3.2:3b"),
            ("openai:Models:local:Features:0", "tools"),
            ("openai:Models:local:Features:1", "Streaming"));
        var backend = harness.LoadOne();

        var model = backend.GetModel("gpt-5-mini");
        Assert.Equal(1234, model.ContextWindow);
        Assert.Equal(128000, model.MaxOutputTokens);
        Assert.Equal(0.5m, model.Pricing!.Input);
        Assert.Equal(2m, model.Pricing.Output);
        Assert.Null(model.Pricing.AsOf);
        Assert.Equal(RequestFeatures.Tools | RequestFeatures.Streaming, backend.GetModel("llama3.2:3b").Features);
    }

    [Fact]
    public void Load_WrongValuesAndKeys_AreAllReported()
    {
        using var harness = Create(
            ("openai:ApiKey", "k"),
            ("openai:Endpoint", "not an address"),
            ("openai:Endpiont", "https://x.test"),
            ("openai:ConnectTimeout", "10"),
            ("openai:RequireFinishReason", "perhaps"),
            ("openai:Models:m:ContextWindow", "-1"),
            ("openai:Models:m:Features", "tool"));

        harness.Load();

        Assert.Equal(6, harness.Errors.Items.Count);
        Assert.Contains(harness.Errors.Items, static error => error.Path == "Sira:Backends:openai:Endpiont" && error.Fix.Contains("Endpoint", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_OtherSection_IsNamedInEveryMistake()
    {
        var file = new ConfigurationBuilder().AddInMemoryCollection([
            new("Ai:Gateway:Backends:openai:Models:m:Pricing:Input", "-1"),
            new("Ai:Gateway:Backends:groq:Kind", "grok"),
            new("Ai:Gateway:Backends:a/b:Kind", "openai"),
            new("Ai:Gateway:Backends:mine:Kind", "custom"),
        ]).Build();
        using var harness = new BackendHarness(static sira => sira.AddBackend("broken", static _ => throw new InvalidOperationException("no license")), file: file, section: "Ai:Gateway");

        harness.Load();

        Assert.Equal(6, harness.Errors.Items.Count);
        Assert.All(harness.Errors.Items, static error => Assert.StartsWith("Ai:Gateway:Backends:", error.Path, StringComparison.Ordinal));
        Assert.Contains("Ai:Gateway:Backends:openai:ApiKey", Assert.Single(harness.Errors.Items, static error => error.Path.EndsWith("openai:ApiKey", StringComparison.Ordinal)).Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OtherSectionWithoutBackends_IsNamed()
    {
        using var harness = new BackendHarness(file: new ConfigurationBuilder().Build(), section: "Ai:Gateway");

        Assert.Equal("Ai:Gateway:Backends", harness.LoadError().Path);
    }

    [Fact]
    public void Load_ArrayOfNames_ShowsTheValueAndMarksIt()
    {
        using var harness = new BackendHarness(static sira => sira.AddOllama(), file: Build([("0", "openai"), ("anthropic", "sk-ant-secret")]));

        harness.Load();

        Assert.Equal(
            [
                "Sira:Backends:0: holds the single value 'openai', but a section is expected. Write nested keys instead.",
                "Sira:Backends:anthropic: holds a single value, but a section is expected. Write nested keys instead.",
            ],
            harness.Errors.Items.Select(static error => error.ToString()));
        Assert.True(harness.Errors.IsFaulty("backend", "anthropic"));
        Assert.True(harness.Errors.IsFaulty("backend", "openai"));
    }

    [Fact]
    public void Load_CustomInTheFile_SaysThatCodeMustMakeIt()
    {
        using var harness = Create(("mine:Kind", "custom"));

        Assert.Contains("AddBackend(\"mine\"", harness.LoadError().Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NameThatIsNoKind_AsksForOne()
    {
        using var harness = Create(("mine:ApiKey", "k"));

        Assert.Contains("Sira:Backends:mine:Kind", harness.LoadError().Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AfterAReload_KeepsWhatIsUnchangedAndChangesTheRest()
    {
        var file = Build([("openai:ApiKey", "k"), ("openai:Models:m:Pricing:Input", "1"), ("groq:ApiKey", "g"), ("mistral:ApiKey", "m")]);
        using var harness = new BackendHarness(file: file);
        var before = harness.Load().ToDictionary(static backend => backend.Name);
        var token = harness.Source.GetChangeToken();

        file["Sira:Backends:groq:ApiKey"] = "another";
        file["Sira:Backends:mistral:ApiKey"] = null;
        file["Sira:Backends:deepseek:ApiKey"] = "d";
        file.Reload();

        Assert.True(token.HasChanged);
        var after = harness.Load().ToDictionary(static backend => backend.Name);
        Assert.Same(before["openai"], after["openai"]);
        Assert.NotSame(before["groq"], after["groq"]);
        Assert.True(after.ContainsKey("deepseek"));
    }

    [Fact]
    public void GetChangeToken_WithoutAFile_NeverFires()
    {
        using var harness = BackendHarness.OpenAI();

        Assert.False(harness.Source.GetChangeToken().HasChanged);
    }

    private static BackendHarness Create(params (string Key, string Value)[] values) => Create(null, null, values);

    private static BackendHarness Create(FakeEnvironment? environment, Action<Kernel.Builder.ISiraBuilder>? configure, params (string Key, string Value)[] values) =>
        new(configure, environment, Build(values));

    private static IConfigurationRoot Build((string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(static pair => KeyValuePair.Create($"Sira:Backends:{pair.Key}", (string?)pair.Value))).Build();
}
