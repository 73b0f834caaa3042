using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Session.Tests.Support;
using Sira.Session.Turns;
using Sira.Testing.Recordings;

namespace Sira.Session.Tests.Recordings;

public class RecordingTests
{
    [Theory]
    [InlineData("chat_completions")]
    [InlineData("messages")]
    public async Task AppendAsync_RecordedConversations_ComeBackAsTheyWentIn(string api)
    {
        Assert.SkipWhen(RecordingLibrary.Folder is null, RecordingLibrary.MissingReason);
        await using var sessions = new TestSessions();
        var (conversations, kinds) = (0, new HashSet<Type>());
        foreach (var recording in RecordingLibrary.Load(api))
        {
            var sent = RecordedConversation.Read(recording);
            if (sent.Count == 0)
            {
                continue;
            }

            conversations++;
            var session = await sessions.Store.CreateAsync();
            var turn = await session.StartTurnAsync(sent[..^1]);
            await session.EndTurnAsync(turn, sent[^1..], new TurnEnd(TurnOutcome.Completed));
            var read = (await sessions.Another().OpenAsync(session.Info.Key)).History.Messages;

            Assert.Equal(sent.Count, read.Count);
            for (var i = 0; i < sent.Count; i++)
            {
                kinds.UnionWith(sent[i].Contents.Select(static content => content.GetType()));
                Assert.Equal(sent[i].Contents.Select(static content => content.GetType()), read[i].Message.Contents.Select(static content => content.GetType()));
                Assert.True(JsonNode.DeepEquals(Json(sent[i]), Json(read[i].Message)), $"{recording.Id}, message {i}: {Json(sent[i])} came back as {Json(read[i].Message)}");
                Assert.Equal(sent[i].Contents.OfType<FunctionCallContent>().Select(static call => call.CallId), read[i].Header.Calls);
                Assert.Equal(sent[i].Contents.OfType<FunctionResultContent>().Select(static result => result.CallId), read[i].Header.Results);
                Assert.Equal(turn.Version, read[i].Header.Turn);
            }
        }

        Assert.True(conversations > 200, $"{conversations} conversations were replayed.");
        Assert.Superset(new HashSet<Type> { typeof(TextContent), typeof(FunctionCallContent), typeof(FunctionResultContent), typeof(TextReasoningContent), typeof(DataContent) }, kinds);
    }

    private static JsonNode? Json(ChatMessage message) => JsonSerializer.SerializeToNode(message, AIJsonUtilities.DefaultOptions);
}
