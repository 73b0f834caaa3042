using System.Text.Json.Nodes;
using Sira.Backends.OpenAIResponses;
using Sira.Testing.Recordings;

namespace Sira.Backends.Tests.OpenAIResponses;

/// <summary>Every request that a real client sent is read into MEAI and written again.</summary>
public sealed class RecordedRequestTests
{
    [Fact]
    public void WriteRequest_OfEveryRecordedRequestThatWasRead_GivesTheSameJson()
    {
        var recordings = RecordingLibrary.Load("responses");
        Assert.SkipWhen(recordings.Count == 0, RecordingLibrary.MissingReason);
        RecordedDifferences.Check("request", recordings, recording =>
        {
            var request = OpenAIResponsesRequestReader.Read(recording.RequestBody);
            Assert.Equal(recording.Streaming, request.Streaming);
            var written = ResponsesWire.Write(request.Messages, request.Options, request.Streaming, request.ModelId);

            var expected = RequestNormalizer.Normalize(RequestNormalizer.ApplyDefaults((JsonObject)JsonNode.Parse(recording.RequestBody.GetRawText())!));
            var actual = RequestNormalizer.Normalize((JsonObject)JsonNode.Parse(written.GetRawText())!);
            return JsonNode.DeepEquals(expected, actual) ? null : $"expected {expected.ToJsonString()}\n  actual {actual.ToJsonString()}";
        });
    }
}
