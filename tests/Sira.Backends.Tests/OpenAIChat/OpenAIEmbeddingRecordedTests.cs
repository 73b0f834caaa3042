using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIChat;
using Sira.Errors;
using Sira.Testing.Recordings;

namespace Sira.Backends.Tests.OpenAIChat;

/// <summary>Real embedding calls: the request that is written says what was sent, and the answer reads.</summary>
public sealed class OpenAIEmbeddingRecordedTests
{
    [Fact]
    public void Embeddings_RecordedCalls_AreWrittenAndRead()
    {
        var recordings = RecordingLibrary.Load("embeddings", ["openai", "azure", "mistral", "openrouter"]);
        Assert.SkipWhen(recordings.Count == 0, RecordingLibrary.MissingReason);
        Assert.All(recordings, static recording =>
        {
            var wire = new OpenAIEmbeddingWireFormat(RecordedDialects.For(recording.Provider));
            if (recording.Status != 200)
            {
                Assert.Equal(BackendErrorKind.ModelNotFound, wire.ReadError(recording.Status, recording.ResponseBody!.Value).Kind);
                return;
            }

            var input = recording.RequestBody.GetProperty("input");
            string[] values = input.ValueKind == JsonValueKind.Array ? [.. input.EnumerateArray().Select(static value => value.GetString()!)] : [input.GetString()!];
            var written = Write(wire, recording, values);
            Assert.Equal(recording.RequestBody.GetProperty("model").GetString(), written["model"]!.GetValue<string>());
            Assert.True(JsonNode.DeepEquals(new JsonArray([.. values.Select(static value => JsonValue.Create(value))]), written["input"]));

            var embeddings = wire.ReadResponse(recording.ResponseBody!.Value, values.Length);
            Assert.Equal(values.Length, embeddings.Count);
            Assert.All(embeddings, static embedding => Assert.True(embedding.Vector.Length > 0));
            Assert.Equal(recording.ResponseBody.Value.GetProperty("usage").GetProperty("prompt_tokens").GetInt64(), embeddings.Usage!.InputTokenCount);
        });
    }

    private static JsonObject Write(OpenAIEmbeddingWireFormat wire, Recording recording, string[] values)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            wire.WriteRequest(writer, recording.RequestBody.GetProperty("model").GetString()!, values, null);
        }

        return JsonNode.Parse(Encoding.UTF8.GetString(stream.ToArray()))!.AsObject();
    }
}
