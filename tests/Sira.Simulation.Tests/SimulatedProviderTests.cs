using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Builder;
using Sira.Simulation.Faults;
using Sira.Simulation.Time;

namespace Sira.Simulation.Tests;

public sealed class SimulatedProviderTests
{
    [Fact]
    public async Task Requests_AsReceived_AreRecorded()
    {
        var clock = new VirtualTimeProvider();
        var provider = new SimulatedProvider(clock);
        using var http = new HttpClient(new SimulatedProviderHandler(provider));
        clock.Advance(TimeSpan.FromSeconds(7));
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://provider.test/v1/chat/completions?x=1") { Content = new StringContent(SimulationClient.Chat("Hello")) };
        request.Headers.Add("Authorization", "Bearer sk-1");
        request.Headers.Add("X-Two", ["a", "b"]);

        using var response = await http.SendAsync(request);

        var seen = Assert.Single(provider.Requests);
        Assert.Equal((1, "POST", "/v1/chat/completions?x=1", "m", false), (seen.Number, seen.Method, seen.Url.PathAndQuery, seen.Model, seen.Streaming));
        Assert.Equal(("sk-1", "a, b", SimulationClient.Chat("Hello")), (seen.ApiKey, seen.Headers["x-two"], seen.Body));
        Assert.Equal((clock.GetUtcNow(), TimeSpan.FromSeconds(7)), (seen.ArrivedAt, seen.ArrivedAfter));
        Assert.Equal((SimulatedRequestOutcome.Completed, 200, null), (seen.Outcome, seen.Status, seen.Fault));
    }

    [Fact]
    public async Task InFlight_WhileResponsesAreOpen_CountsThem()
    {
        var provider = new SimulatedProvider();
        using var client = SimulationClient.For(provider);
        var responses = new List<HttpResponseMessage>();
        for (var i = 0; i < 3; i++)
        {
            responses.Add(await client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello", stream: true)));
        }

        Assert.Equal((3, 3), (provider.InFlight, provider.PeakInFlight));
        await responses[0].Content.ReadAsStringAsync();
        Assert.Equal(2, provider.InFlight);
        responses.ForEach(static response => response.Dispose());

        Assert.Equal((0, 3), (provider.InFlight, provider.PeakInFlight));
        Assert.Equal([false, true, true], provider.Requests.Select(static request => request.WasCancelled));
        Assert.Equal([1, 2, 3], provider.Requests.Select(static request => request.InFlight));
    }

    [Fact]
    public async Task Requests_FromManyThreads_AreCountedOnceEach()
    {
        var provider = new SimulatedProvider(new SimulatedProviderOptions { MaximumRecordedRequests = 100 });
        using var client = SimulationClient.For(provider);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                await client.ReadAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello", stream: i % 2 == 0));
            }
        })));

        Assert.Equal((800, 0, 100), (provider.RequestCount, provider.InFlight, provider.Requests.Count));
        Assert.Equal(Enumerable.Range(701, 100), provider.Requests.Select(static request => request.Number));
        provider.ForgetRequests();
        Assert.Equal((0, 0), (provider.RequestCount, provider.Requests.Count));
    }

    [Fact]
    public async Task Send_WithoutDelay_CompletesSynchronously()
    {
        using var client = SimulationClient.For(new SimulatedProvider());

        var sending = client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello", stream: true));

        Assert.True(sending.IsCompleted);
        using var response = await sending;
        Assert.True((await response.Content.ReadAsStreamAsync()).ReadAsync(new byte[10]).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Send_AlreadyCancelled_ReachesNobody()
    {
        var provider = new SimulatedProvider();
        using var client = SimulationClient.For(provider);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello"), new CancellationToken(canceled: true)));

        Assert.Equal(0, provider.RequestCount);
    }

    [Theory]
    [InlineData("v1/chat/completions", "{", 400, "could not parse")]
    [InlineData("v1/chat/completions", "[]", 400, "must be a JSON object")]
    [InlineData("v1/chat/completions", "{}", 400, "messages")]
    [InlineData("v1/chat/completions", """{"messages":[{"role":"user","content":"x"}]}""", 400, "you must provide a model parameter")]
    [InlineData("v1/chat/completions", """{"model":"m","messages":[{"role":"robot"}]}""", 400, "Invalid value: 'robot'")]
    [InlineData("v1/chat/completions", """{"model":"m","messages":[{"role":"tool","tool_call_id":"c","content":"x"}]}""", 400, "must be a response")]
    [InlineData("v1/chat/completions", """{"model":5,"messages":7,"tools":"x","stream":"yes"}""", 400, "messages")]
    [InlineData("v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"\ud800"}]}""", 400, "could not parse")]
    [InlineData("v1/chat/completions", """{"model":"m","messages":[null,1,"x"]}""", 400, "role")]
    [InlineData("v1/messages", """{"model":"m","max_tokens":1,"messages":[null]}""", 400, "Input should be")]
    [InlineData("v1/responses", """{"model":"m","input":[1]}""", 400, "role")]
    [InlineData("v1/responses", """{"model":"m"}""", 400, "'input'")]
    [InlineData("v1/responses", """{"model":"m","input":[{"type":"function_call_output","call_id":"c","output":"x"}]}""", 400, "No tool call found")]
    [InlineData("v1/messages", """{"model":"m","messages":[{"role":"user","content":"x"}]}""", 400, "max_tokens: Field required")]
    [InlineData("v1/messages", """{"model":"m","max_tokens":1,"messages":[{"role":"system","content":"x"}]}""", 400, "Input should be")]
    [InlineData("v1beta/models/g:generateContent", "{}", 400, "contents is not specified")]
    [InlineData("v1/embeddings", """{"model":"m","input":[]}""", 400, "input")]
    [InlineData("v1/embeddings", """{"model":"m","input":"x","dimensions":0}""", 400, "dimensions")]
    [InlineData("v1/nowhere", "{}", 404, "Invalid URL")]
    public async Task BadRequest_OnAnyWire_IsRefusedAsTheProviderWould(string path, string body, int status, string message)
    {
        using var client = SimulationClient.For(new SimulatedProvider());

        using var response = await client.SendAsync(path, body);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(message, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetProperty("message").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RejectUnknownModels_Set_GivesModelNotFound()
    {
        var options = new SimulatedProviderOptions { RejectUnknownModels = true };
        using var client = SimulationClient.For(new SimulatedProvider(options));
        using var refused = await client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello"));
        options.Models.Add("m");

        using var accepted = await client.SendAsync(SimulationClient.ChatPath, SimulationClient.Chat("Hello"));

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.OK), (refused.StatusCode, accepted.StatusCode));
    }

    [Fact]
    public async Task Models_OfEachProvider_AreListedInItsShape()
    {
        using var client = SimulationClient.For(new SimulatedProvider());

        Assert.Equal("simulated-model", (await client.GetJsonAsync("v1/models")).GetProperty("data")[0].GetProperty("id").GetString());
        Assert.Equal("models/simulated-model", (await client.GetJsonAsync("v1beta/models")).GetProperty("models")[0].GetProperty("name").GetString());
        Assert.False((await client.GetJsonAsync("v1/models", "anthropic-version", "2023-06-01")).GetProperty("has_more").GetBoolean());
    }

    [Fact]
    public async Task Embeddings_OfTexts_AreUnitVectorsThatLikenLikeTexts()
    {
        using var client = SimulationClient.For(new SimulatedProvider());
        const string Inputs = """["the cat sat on the mat","the cat sat on a mat","quarterly revenue report"]""";

        var json = await client.ReadJsonAsync("v1/embeddings", $$"""{"model":"text-embedding-3-small","input":{{Inputs}}}""");
        var base64 = await client.ReadJsonAsync("v1/embeddings", $$"""{"model":"text-embedding-3-small","input":{{Inputs}},"encoding_format":"base64"}""");

        var vectors = json.GetProperty("data").EnumerateArray().Select(static item => item.GetProperty("embedding").EnumerateArray().Select(static value => value.GetSingle()).ToArray()).ToList();
        Assert.All(vectors, static vector => Assert.Equal(1, Dot(vector, vector), 4));
        Assert.Equal(1536, vectors[0].Length);
        Assert.True(Dot(vectors[0], vectors[1]) > 0.7);
        Assert.InRange(Dot(vectors[0], vectors[2]), -0.2, 0.2);
        Assert.Equal(vectors[0], MemoryMarshal.Cast<byte, float>(base64.GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64()).ToArray());
        Assert.Equal(14, json.GetProperty("usage").GetProperty("total_tokens").GetInt32() - 1);
    }

    [Fact]
    public async Task Embeddings_WithDimensions_HaveThatMany()
    {
        using var client = SimulationClient.For(new SimulatedProvider());

        var openAI = await client.ReadJsonAsync("v1/embeddings", """{"model":"m","input":"x","dimensions":12}""");
        var batch = await client.ReadJsonAsync("v1beta/models/gemini-embedding-001:batchEmbedContents", """{"requests":[{"content":{"parts":[{"text":"x"}]},"outputDimensionality":12},{"content":{"parts":[{"text":"y"}]}}]}""");
        var single = await client.ReadJsonAsync("v1beta/models/gemini-embedding-001:embedContent", """{"content":{"parts":[{"text":"x"}]}}""");

        Assert.Equal(12, openAI.GetProperty("data")[0].GetProperty("embedding").GetArrayLength());
        Assert.Equal((2, 12), (batch.GetProperty("embeddings").GetArrayLength(), batch.GetProperty("embeddings")[0].GetProperty("values").GetArrayLength()));
        Assert.Equal(3072, single.GetProperty("embedding").GetProperty("values").GetArrayLength());
    }

    [Fact]
    public async Task SimulateBackend_OnABuilder_AnswersTheNamedClient()
    {
        var provider = new SimulatedProvider().Respond("from the simulation");
        var builder = new Builder();
        Assert.Same(builder, builder.SimulateBackend("openai", provider));
        await using var services = builder.Services.BuildServiceProvider();
        using var http = services.GetRequiredService<IHttpClientFactory>().CreateClient("sira:openai");

        using var response = await http.PostAsync(new Uri("https://api.openai.com/v1/chat/completions"), new StringContent(SimulationClient.Chat("Hello")));

        Assert.Contains("from the simulation", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, provider.RequestCount);
    }

    [Fact]
    public async Task ApiKey_PerKeyFault_HitsThatKeyOnly()
    {
        var provider = new SimulatedProvider();
        provider.Faults.When(static request => request.ApiKey == "bad", Fault.Unauthorized());
        using var http = new HttpClient(new SimulatedProviderHandler(provider));
        var statuses = new List<int>();
        foreach (var (name, value) in new[] { ("Authorization", "Bearer bad"), ("Authorization", "Bearer good"), ("x-api-key", "bad"), ("x-goog-api-key", "bad") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "https://provider.test/v1/chat/completions") { Content = new StringContent(SimulationClient.Chat("Hello")) };
            request.Headers.Add(name, value);
            using var response = await http.SendAsync(request);
            statuses.Add((int)response.StatusCode);
        }

        Assert.Equal([401, 200, 401, 401], statuses);
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, static (x, y) => (double)x * y).Sum();

    private sealed class Builder : ISiraBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();
    }
}
