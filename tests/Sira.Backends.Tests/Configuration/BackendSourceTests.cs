using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.OpenAIChat.Dialects;
using Sira.Backends.Tests.Support;
using Sira.Models;

namespace Sira.Backends.Tests.Configuration;

public sealed class BackendSourceTests
{
    [Fact]
    public void Load_KeyInEnvironment_IsEnoughForAddOpenAI()
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAI(), new FakeEnvironment(("OPENAI_API_KEY", " sk-env\n")));

        var backend = harness.LoadOne();

        Assert.Equal("openai", backend.Name);
        Assert.Equal("openai", backend.Provider);
        Assert.Equal("gpt-5-mini", backend.DefaultModel);
        Assert.True(backend.RequiresFinishReason);
        Assert.Contains("gpt-5-mini", backend.KnownModels);
    }

    [Fact]
    public void Load_NoKeyAnywhere_NamesVariableSettingAndCode()
    {
        using var harness = new BackendHarness(static sira => sira.AddAnthropic());

        var error = harness.LoadError();

        Assert.Equal("Sira:Backends:anthropic:ApiKey", error.Path);
        Assert.Contains("ANTHROPIC_API_KEY", error.Fix, StringComparison.Ordinal);
        Assert.Contains("o.ApiKeys.Add", error.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OwnAuthorizationHeader_NeedsNoKey()
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAI(static options => options.Headers["Authorization"] = "Bearer token"));

        harness.LoadOne();
    }

    [Fact]
    public void Load_NothingConfigured_FindsWhatTheEnvironmentHas()
    {
        using var harness = new BackendHarness(environment: new FakeEnvironment(("GEMINI_API_KEY", "g"), ("OPENAI_API_KEY", "o"), ("OLLAMA_HOST", "0.0.0.0"), ("AZURE_OPENAI_API_KEY", "without an endpoint")));

        Assert.Equal(["openai", "ollama", "gemini"], harness.Load().Select(static backend => backend.Name));
        Assert.Empty(harness.Errors.Items);
    }

    [Fact]
    public void Load_NothingAnywhere_SaysWhatWasLookedFor()
    {
        using var harness = new BackendHarness();

        var error = harness.LoadError();

        Assert.Contains("OPENAI_API_KEY", error.Problem, StringComparison.Ordinal);
        Assert.Contains("OLLAMA_HOST", error.Problem, StringComparison.Ordinal);
        Assert.Contains("AddOpenAI", error.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_HalfOfWhatAProviderNeeds_SaysWhatWasFoundAndWhatIsMissing()
    {
        using var harness = new BackendHarness(environment: new FakeEnvironment(("AZURE_OPENAI_API_KEY", "k"), ("OPENAI_BASE_URL", "https://proxy.test/v1")));

        var error = harness.LoadError();

        Assert.Contains("AZURE_OPENAI_API_KEY is set, but AZURE_OPENAI_ENDPOINT is not", error.Problem, StringComparison.Ordinal);
        Assert.Contains("OPENAI_BASE_URL is set, but OPENAI_API_KEY is not", error.Problem, StringComparison.Ordinal);
        Assert.Contains("AZURE_OPENAI_ENDPOINT", error.Fix, StringComparison.Ordinal);
        Assert.True(harness.Errors.IsFaulty("backend", "azure"));
    }

    [Fact]
    public void Load_BackendInCode_LeavesTheEnvironmentAlone()
    {
        using var harness = new BackendHarness(static sira => sira.AddOllama(), new FakeEnvironment(("OPENAI_API_KEY", "o")));

        Assert.Equal("ollama", harness.LoadOne().Name);
    }

    [Fact]
    public void Load_TwoAccountsOfOneProvider_AreTwoBackends()
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAI(static options => options.ApiKeys.Add("a")).AddOpenAI("openai-eu", static options => options.ApiKeys.Add("b")));

        Assert.Equal(["openai", "openai-eu"], harness.Load().Select(static backend => backend.Name));
        Assert.Equal("openai", harness.Load()[1].Provider);
    }

    [Fact]
    public void Load_UnknownKind_ListsTheKinds()
    {
        using var harness = new BackendHarness(static sira => sira.AddBackend("mine", "opnai"));

        var error = harness.LoadError();

        Assert.Contains("Did you mean 'openai'?", error.Fix, StringComparison.Ordinal);
        Assert.Contains("anthropic", error.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_UnknownApi_ListsTheKindsApis()
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAI(static options => (options.Api, _) = ("response", 0)), new FakeEnvironment(("OPENAI_API_KEY", "o")));

        var error = harness.LoadError();
        Assert.Equal("the kind 'openai' has no API 'response'.", error.Problem);
        Assert.Equal("Did you mean 'responses'? Known: chat, responses.", error.Fix);
    }

    [Theory]
    [InlineData("/v1")]
    [InlineData("ftp://host/v1")]
    [InlineData("https://user:secret@host/v1")]
    public void Load_WrongEndpoint_IsAMistakeThatHidesCredentials(string endpoint)
    {
        using var harness = new BackendHarness(sira => sira.AddOpenAICompatible("local", options => options.Endpoint = new Uri(endpoint, UriKind.RelativeOrAbsolute)));

        var error = harness.LoadError();

        Assert.Equal("Sira:Backends:local:Endpoint", error.Path);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_CompatibleWithoutEndpoint_AsksForOne()
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAICompatible("local"));

        Assert.Equal("Sira:Backends:local:Endpoint", harness.LoadError().Path);
    }

    [Fact]
    public void Load_SeveralMistakes_ReportsAll()
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAI().AddGroq().AddOpenAICompatible("local").AddBackend("a/b", "openai"));

        Assert.Empty(harness.Load());
        Assert.Equal(4, harness.Errors.Items.Count);
    }

    [Fact]
    public void Load_KeyThatNoHeaderCarries_IsAMistakeThatDoesNotShowIt()
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAI(static options => options.ApiKeys.Add("sk-\u00e9\nx")));

        Assert.DoesNotContain("sk-", harness.LoadError().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Again_KeepsTheObjects()
    {
        using var harness = BackendHarness.OpenAI();

        Assert.Same(harness.Load()[0], harness.Load()[0]);
        Assert.Same(harness.Load()[0].GetChatClient("m"), harness.Load()[0].GetChatClient("m"));
    }

    [Fact]
    public void Load_ModelsInCode_ReplaceTheCatalogues()
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAI(static options =>
        {
            options.ApiKeys.Add("k");
            options.Models["gpt-5-mini"] = new ModelDescriptor("gpt-5-mini") { ContextWindow = 7 };
        }));

        Assert.Equal(7, harness.LoadOne().GetModel("gpt-5-mini").ContextWindow);
    }

    [Fact]
    public void GetFeatures_WireAndModel_AreIntersected()
    {
        using var harness = BackendHarness.OpenAI();
        var backend = harness.LoadOne();

        Assert.True(backend.GetFeatures("gpt-4.1").HasFlag(RequestFeatures.Temperature));
        Assert.False(backend.GetFeatures("gpt-5-mini").HasFlag(RequestFeatures.Temperature));
        Assert.False(backend.GetFeatures("gpt-4.1").HasFlag(RequestFeatures.TopK));
        Assert.True(backend.GetFeatures("some-new-model").HasFlag(RequestFeatures.Temperature));
    }

    [Fact]
    public async Task AddDialect_OneRecord_IsAKindOfItsOwn()
    {
        using var harness = new BackendHarness(static sira => sira
            .AddDialect(new OpenAIDialect("acme") { DefaultEndpoint = new Uri("https://llm.acme.test/api"), KeyVariables = ["ACME_KEY"], DefaultModel = "acme-1", SystemRole = "developer" })
            .AddBackend("acme", "acme"), new FakeEnvironment(("ACME_KEY", "k")));
        harness.Network.ThenJson("""{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}""");
        var backend = harness.LoadOne();

        await backend.GetChatClient(backend.DefaultModel!).GetResponseAsync([new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hi")]);

        Assert.Equal("https://llm.acme.test/api/chat/completions", harness.Network.Sent[0].Address.ToString());
        Assert.Equal("""{"model":"acme-1","messages":[{"role":"developer","content":"Be brief."},{"role":"user","content":"Hi"}]}""", harness.Network.Sent[0].Body);
    }

    [Fact]
    public async Task AddBackend_AnyClient_IsAskedForTheTargetsModel()
    {
        var asked = new List<string?>();
        using var harness = new BackendHarness(sira => sira.AddBackend("mine", _ => new RecordingClient(asked)));
        var backend = harness.LoadOne();

        await backend.GetChatClient("m1").GetResponseAsync("Hi", new ChatOptions { ModelId = "other" });
        await backend.GetChatClient(backend.DefaultModel!).GetResponseAsync("Hi", new ChatOptions { ModelId = "other" });

        Assert.Equal(["m1", null], asked);
        Assert.False(backend.RequiresFinishReason);
    }

    [Fact]
    public void AddBackend_FactoryThrows_IsAMistakeBesideTheOthers()
    {
        using var harness = new BackendHarness(static sira => sira.AddBackend("mine", static _ => throw new InvalidOperationException("no license")).AddOpenAI());

        harness.Load();

        Assert.Equal(2, harness.Errors.Items.Count);
        Assert.Contains("no license", harness.Errors.Items[0].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void AddBackend_FactoryReturnsNull_SaysWhichAndWhatToReturn()
    {
        using var harness = new BackendHarness(static sira => sira
            .AddBackend("mine", static _ => null!)
            .AddBackend("vectors", static _ => new RecordingClient([]), static options => options.EmbeddingGeneratorFactory = static _ => null!));

        Assert.Empty(harness.Load());

        Assert.Equal(
            [
                "Sira:Backends:mine: the factory of its chat client returned null. Return an IChatClient from the factory given to AddBackend(\"mine\", …).",
                "Sira:Backends:vectors: the factory of its embedding generator returned null. Return an IEmbeddingGenerator<string, Embedding<float>> from EmbeddingGeneratorFactory, or leave it unset.",
            ],
            harness.Errors.Items.Select(static error => error.ToString()));
    }

    [Fact]
    public void Load_NamedButNotBuilt_IsFaultyAndNotUnknown()
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAI().AddAnthropic(static options => options.ApiKeys.Add("k")).AddBackend("mine", static _ => null!));

        harness.Load();

        Assert.True(harness.Errors.IsFaulty("backend", "openai"));
        Assert.True(harness.Errors.IsFaulty("backend", "MINE"));
        Assert.False(harness.Errors.IsFaulty("backend", "anthropic"));
    }

    private sealed class RecordingClient(List<string?> asked) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            asked.Add(options?.ModelId);
            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "Hello")));
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
