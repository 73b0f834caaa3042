using System.Net;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Tests.Support;
using Sira.Errors;

namespace Sira.Backends.Tests.Http;

public sealed class WireEmbeddingGeneratorTests
{
    [Fact]
    public async Task GenerateAsync_Base64OutOfOrder_GivesVectorsInOrder()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenJson($$$"""{"object":"list","model":"m","data":[{"index":1,"embedding":"{{{Base64(3, 4)}}}"},{"index":0,"embedding":"{{{Base64(1, 2)}}}"}],"usage":{"prompt_tokens":7,"total_tokens":7}}""");

        var embeddings = await Generator(harness).GenerateAsync(["a", "b"], new EmbeddingGenerationOptions { Dimensions = 2, ModelId = "other" });

        Assert.Equal("https://api.openai.com/v1/embeddings", harness.Network.Sent[0].Address.ToString());
        Assert.Equal("""{"model":"text-embedding-3-small","input":["a","b"],"encoding_format":"base64","dimensions":2}""", harness.Network.Sent[0].Body);
        Assert.Equal([1f, 2f], embeddings[0].Vector.ToArray());
        Assert.Equal([3f, 4f], embeddings[1].Vector.ToArray());
        Assert.Equal(7, embeddings.Usage!.InputTokenCount);
        Assert.Null(embeddings.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task GenerateAsync_ArraysOfNumbers_AreReadToo()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenJson("""{"data":[{"embedding":[0.5,-1e-3]}]}""");

        var embeddings = await Generator(harness).GenerateAsync(["a"]);

        Assert.Equal([0.5f, -0.001f], embeddings[0].Vector.ToArray());
        Assert.Null(embeddings.Usage);
    }

    [Fact]
    public async Task GenerateAsync_MoreThanOneCallTakes_IsSplitAndAddedUp()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenJson(Vectors(2048)).ThenJson(Vectors(2));

        var embeddings = await Generator(harness).GenerateAsync(Enumerable.Repeat("a", 2050));

        Assert.Equal(2050, embeddings.Count);
        Assert.Equal(2050, embeddings.Usage!.InputTokenCount);
        Assert.Equal(2, harness.Network.Sent.Count);
    }

    [Fact]
    public async Task GenerateAsync_NoValues_SendsNothing()
    {
        using var harness = BackendHarness.OpenAI();

        Assert.Empty(await Generator(harness).GenerateAsync([]));
        Assert.Empty(harness.Network.Sent);
    }

    [Theory]
    [InlineData("""{"data":[]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}""")]
    [InlineData("""{"data":[{"index":5,"embedding":[1]}]}""")]
    [InlineData("""{"data":[{"index":-1,"embedding":[1]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":"!!!"}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":["a"]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":"AAA="}]}""")]
    [InlineData("""{"data":[{"index":0}]}""")]
    [InlineData("""{}""")]
    public async Task GenerateAsync_WrongAnswer_IsMalformed(string body)
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenJson(body);

        Assert.Equal(BackendErrorKind.MalformedResponse, (await Assert.ThrowsAsync<BackendException>(() => Generator(harness).GenerateAsync(["a"]))).Kind);
    }

    [Fact]
    public async Task GenerateAsync_ErrorStatus_IsClassified()
    {
        using var harness = BackendHarness.OpenAI();
        harness.Network.ThenJson("""{"error":{"code":"model_not_found","message":"no"}}""", HttpStatusCode.BadRequest);

        Assert.Equal(BackendErrorKind.ModelNotFound, (await Assert.ThrowsAsync<BackendException>(() => Generator(harness).GenerateAsync(["a"]))).Kind);
    }

    [Fact]
    public void GetEmbeddingGenerator_KindWithoutEmbeddings_GivesNone()
    {
        using var harness = new BackendHarness(static sira => sira.AddDeepSeek(static options => options.ApiKeys.Add("k")));

        Assert.Null(harness.LoadOne().GetEmbeddingGenerator("anything"));
    }

    private static IEmbeddingGenerator<string, Embedding<float>> Generator(BackendHarness harness) => harness.LoadOne().GetEmbeddingGenerator("text-embedding-3-small")!;

    private static string Base64(params float[] vector) => Convert.ToBase64String(System.Runtime.InteropServices.MemoryMarshal.AsBytes(vector.AsSpan()));

    private static string Vectors(int count) =>
        $$$"""{"data":[{{{string.Join(',', Enumerable.Range(0, count).Select(static i => $$"""{"index":{{i}},"embedding":[1]}"""))}}}],"usage":{"prompt_tokens":{{{count}}},"total_tokens":{{{count}}}}}""";
}
