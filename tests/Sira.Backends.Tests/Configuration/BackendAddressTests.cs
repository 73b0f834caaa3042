using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Tests.Support;

namespace Sira.Backends.Tests.Configuration;

public sealed class BackendAddressTests
{
    [Theory]
    [InlineData("https://res.openai.azure.com", null, "https://res.openai.azure.com/openai/v1/chat/completions")]
    [InlineData("https://res.openai.azure.com/openai/v1/", null, "https://res.openai.azure.com/openai/v1/chat/completions")]
    [InlineData("https://res.openai.azure.com/", "2024-10-21", "https://res.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21")]
    [InlineData("https://res.openai.azure.com/openai/v1", "2024-10-21", "https://res.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21")]
    [InlineData("https://res.openai.azure.com/openai", "2024-10-21", "https://res.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21")]
    [InlineData("https://res.services.ai.azure.com/models", "2024-05-01-preview", "https://res.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview")]
    public async Task Azure_EachFormOfAddress_CallsTheRightPath(string endpoint, string? version, string expected)
    {
        using var harness = new BackendHarness(sira => sira.AddAzureOpenAI(options =>
        {
            options.ApiKeys.Add("k");
            options.Endpoint = new Uri(endpoint);
            options.ApiVersion = version;
        }));

        var sent = await CallAsync(harness, "gpt-4o");

        Assert.Equal(expected, sent.Address.ToString());
        Assert.Equal("k", sent.Headers["api-key"]);
        Assert.False(sent.Headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData("0.0.0.0", "http://localhost:11434/v1/chat/completions")]
    [InlineData("0.0.0.0:8080", "http://localhost:8080/v1/chat/completions")]
    [InlineData("gpu-box", "http://gpu-box:11434/v1/chat/completions")]
    [InlineData("gpu-box:80", "http://gpu-box/v1/chat/completions")]
    [InlineData("http://gpu-box:9000", "http://gpu-box:9000/v1/chat/completions")]
    [InlineData("https://ollama.test/proxy/v1", "https://ollama.test/proxy/v1/chat/completions")]
    public async Task Ollama_EachFormOfItsVariable_IsUnderstood(string host, string expected)
    {
        using var harness = new BackendHarness(environment: new FakeEnvironment(("OLLAMA_HOST", host)));

        Assert.Equal(expected, (await CallAsync(harness, "llama3.3")).Address.ToString());
    }

    [Fact]
    public async Task Compatible_QueryInTheAddress_IsKept()
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAICompatible("proxy", static options => options.Endpoint = new Uri("https://proxy.test/v1?tenant=7")));

        Assert.Equal("https://proxy.test/v1/chat/completions?tenant=7", (await CallAsync(harness, "m")).Address.ToString());
    }

    [Theory]
    [InlineData("res.openai.azure.com", "https://res.openai.azure.com")]
    [InlineData("localhost:8080/openai", "https://localhost:8080/openai")]
    public void Variable_AddressWithoutAScheme_IsAMistakeAndNotPlainHttp(string value, string suggested)
    {
        using var harness = new BackendHarness(static sira => sira.AddAzureOpenAI(), new FakeEnvironment(("AZURE_OPENAI_API_KEY", "k"), ("AZURE_OPENAI_ENDPOINT", value)));

        var error = harness.LoadError();

        Assert.Equal("AZURE_OPENAI_ENDPOINT", error.Path);
        Assert.Contains($"'{value}'", error.Problem, StringComparison.Ordinal);
        Assert.Contains(suggested, error.Fix, StringComparison.Ordinal);
        Assert.DoesNotContain("11434", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sk-proj-abcdef")]
    [InlineData("0a1b2c3d4e5f60718293a4b5c6d7e8f9")]
    [InlineData("me:hunter2@api.example.com")]
    [InlineData("api.example.com/v1?key=hunter2")]
    [InlineData("https://me:hunter2@api.example.com")]
    public void Variable_ValueThatMayBeASecret_IsAMistakeThatDoesNotShowIt(string value)
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAI(), new FakeEnvironment(("OPENAI_API_KEY", "k"), ("OPENAI_BASE_URL", value)));

        var error = harness.LoadError();

        Assert.Equal("OPENAI_BASE_URL", error.Path);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(value, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not an address")]
    [InlineData("ftp://api.example.com")]
    public void Variable_NoAddress_IsAMistake(string value)
    {
        using var harness = new BackendHarness(static sira => sira.AddOpenAI(), new FakeEnvironment(("OPENAI_API_KEY", "k"), ("OPENAI_BASE_URL", value)));

        Assert.Equal("OPENAI_BASE_URL", harness.LoadError().Path);
    }

    [Theory]
    [InlineData("https://llm.test/v1/chat/completions", "https://llm.test/v1")]
    [InlineData("https://llm.test/v1/Chat/Completions/", "https://llm.test/v1")]
    [InlineData("https://res.services.ai.azure.com/models/chat/completions", "https://res.services.ai.azure.com/models")]
    [InlineData("https://llm.test/v1beta/models/gemini-embedding-001:batchEmbedContents", "https://llm.test/v1beta")]
    [InlineData("https://llm.test/v1/completions", "https://llm.test/v1")]
    [InlineData("https://llm.test/v1/messages", "https://llm.test/v1")]
    [InlineData("https://llm.test/v1/responses?key=hunter2", "https://llm.test/v1")]
    [InlineData("https://llm.test/v1/embeddings", "https://llm.test/v1")]
    [InlineData("https://llm.test/v1beta/models/gemini-2.5-flash:generateContent", "https://llm.test/v1beta")]
    [InlineData("https://llm.test/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", "https://llm.test/v1beta")]
    [InlineData("https://llm.test/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", "https://llm.test")]
    public void Endpoint_OfAnOperation_IsAMistakeThatNamesTheBaseAddress(string endpoint, string expected)
    {
        using var harness = new BackendHarness(sira => sira.AddOpenAICompatible("llm", options => options.Endpoint = new Uri(endpoint)));

        var error = harness.LoadError();

        Assert.Equal("Sira:Backends:llm:Endpoint", error.Path);
        Assert.EndsWith($": {expected}.", error.Fix, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<SentRequest> CallAsync(BackendHarness harness, string modelId)
    {
        harness.Network.ThenJson("""{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}""");
        await harness.LoadOne().GetChatClient(modelId).GetResponseAsync("Hi");
        return harness.Network.Sent[0];
    }
}
