using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Gemini;
using Sira.Errors;

namespace Sira.Backends.Tests.Gemini;

public class GeminiEmbeddingWireFormatTests
{
    private static readonly GeminiEmbeddingWireFormat Format = new();

    [Fact]
    public void WriteRequest_Values_AreOneRequestEach()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Format.WriteRequest(writer, "gemini-embedding-001", ["a", "b"], new EmbeddingGenerationOptions
            {
                Dimensions = 256,
                RawRepresentationFactory = _ => GeminiTestFormat.Json("""{"taskType":"RETRIEVAL_QUERY","outputDimensionality":9,"model":"x"}"""),
            });
        }

        GeminiTestFormat.AssertJson(
            """
            {"requests":[
              {"model":"models/gemini-embedding-001","content":{"parts":[{"text":"a"}]},"outputDimensionality":256,"taskType":"RETRIEVAL_QUERY"},
              {"model":"models/gemini-embedding-001","content":{"parts":[{"text":"b"}]},"outputDimensionality":256,"taskType":"RETRIEVAL_QUERY"}]}
            """,
            Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    [Fact]
    public void GetPath_Model_IsAResource() => Assert.Equal("models/gemini-embedding-001:batchEmbedContents", Format.GetPath("gemini-embedding-001"));

    [Fact]
    public void ReadResponse_Vectors_AreInOrder()
    {
        var embeddings = Format.ReadResponse(GeminiTestFormat.Json("""{"embeddings":[{"values":[1,0.5]},{"values":[-1e-3,2]}],"usageMetadata":{"promptTokenCount":8}}"""), 2);
        Assert.Equal([1f, 0.5f], embeddings[0].Vector.ToArray());
        Assert.Equal([-0.001f, 2f], embeddings[1].Vector.ToArray());
        Assert.Equal(8, embeddings.Usage!.InputTokenCount);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"embeddings":[]}""")]
    [InlineData("""{"embeddings":[{"values":[1]},{"values":[1]}]}""")]
    [InlineData("""{"embeddings":[{}]}""")]
    [InlineData("""{"embeddings":[7]}""")]
    [InlineData("""{"embeddings":[{"values":["1"]}]}""")]
    public void ReadResponse_NotOneVector_IsMalformed(string body) =>
        Assert.Equal(BackendErrorKind.MalformedResponse, Assert.Throws<BackendException>(() => Format.ReadResponse(GeminiTestFormat.Json(body), 1)).Kind);

    [Fact]
    public void ReadError_Error_IsTheWires() => Assert.Equal(BackendErrorKind.RateLimited, Format.ReadError(429, GeminiTestFormat.Json("""{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}""")).Kind);

    [Fact]
    public void ReadResponse_ErrorInsideA200_Throws() =>
        Assert.Equal(BackendErrorKind.ServerError, Assert.Throws<BackendException>(() => Format.ReadResponse(GeminiTestFormat.Json("""{"error":{"code":500,"status":"INTERNAL"}}"""), 1)).Kind);
}
