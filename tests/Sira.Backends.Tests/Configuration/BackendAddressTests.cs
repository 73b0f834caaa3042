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

    private static async Task<SentRequest> CallAsync(BackendHarness harness, string modelId)
    {
        harness.Network.ThenJson("""{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}""");
        await harness.LoadOne().GetChatClient(modelId).GetResponseAsync("Hi");
        return harness.Network.Sent[0];
    }
}
