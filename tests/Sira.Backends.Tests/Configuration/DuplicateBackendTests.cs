using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Configuration;
using Sira.Backends.Tests.Support;
using Sira.Testing;

namespace Sira.Backends.Tests.Configuration;

public sealed class DuplicateBackendTests
{
    private static readonly FakeEnvironment Environment = new(("OPENAI_API_KEY", "k"), ("GROQ_API_KEY", "g"));

    [Fact]
    public void Load_TwoAccountsUnderOneName_IsAMistakeThatOffersAnother()
    {
        using var harness = new BackendHarness(static sira => sira
            .AddOpenAI(static options => options.ApiKeys.Add("a"))
            .AddOpenAI(static options => options.Endpoint = new Uri("https://eu.example.com/v1")));

        var error = harness.LoadError();

        Assert.Equal("Sira:Backends:openai", error.Path);
        Assert.Equal("the backend 'openai' was added twice, by AddOpenAI and AddOpenAI.", error.Problem);
        Assert.StartsWith("Give the second a name of its own: AddOpenAI(\"openai-2\", …)", error.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_TwoAccountsUnderOneName_AreNotMixed()
    {
        using var harness = new BackendHarness(static sira => sira
            .AddOpenAI(static options => options.ApiKeys.Add("a"))
            .AddOpenAI(static options => options.Endpoint = new Uri("https://eu.example.com/v1")));
        harness.Network.ThenJson("""{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}""");

        await Assert.Single(harness.Load()).GetChatClient("m").GetResponseAsync("Hi");

        Assert.Equal("api.openai.com", harness.Network.Sent[0].Address.Host);
    }

    [Fact]
    public void Load_OneNameForTwoKinds_IsAMistake()
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAI("main", static options => options.ApiKeys.Add("a")).AddGroq("Main"));

        Assert.Equal("the backend 'main' was added twice, by AddOpenAI and AddGroq.", harness.LoadError().Problem);
    }

    [Fact]
    public void Load_ThreeOfOneName_AreTwoMistakes()
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAI(static options => options.Api = "chat").AddOpenAI(static options => options.Api = "responses").AddOpenAI(), Environment);

        harness.Load();

        Assert.Equal(2, harness.Errors.Items.Count);
    }

    [Fact]
    public void Load_SameCallWithoutSettings_IsOne()
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAI().AddOpenAI().AddOpenAI("openai"), Environment);

        Assert.Equal("openai", harness.LoadOne().Name);
    }

    [Fact]
    public void Load_SameCallWithTheSameSettings_IsOneAndSetOnce()
    {
        var set = 0;
        Action<BackendOptions> settings = _ => set++;
        using var harness = new BackendHarness(sira => sira.AddGroq(settings).AddGroq(settings), Environment);

        Assert.Equal("groq", harness.LoadOne().Name);
        Assert.Equal(1, set);
    }

    [Fact]
    public void Load_TwoClientsUnderOneName_IsAMistake()
    {
        using var harness = new BackendHarness(static sira => sira.AddBackend("mine", static _ => new ScriptedChatClient()).AddBackend("mine", static _ => new ScriptedChatClient().Reply("other")));

        var error = harness.LoadError();

        Assert.Contains("'mine' was added twice", error.Problem, StringComparison.Ordinal);
        Assert.Contains("AddBackend(\"mine-2\", …)", error.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SameClientFactoryTwice_IsOne()
    {
        Func<IServiceProvider, IChatClient> factory = static _ => new ScriptedChatClient();
        using var harness = new BackendHarness(sira => sira.AddBackend("mine", factory).AddBackend("mine", factory));

        Assert.Equal("mine", harness.LoadOne().Name);
    }
}
