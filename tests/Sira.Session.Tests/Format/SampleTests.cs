using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Session.Errors;
using Sira.Session.Events;
using Sira.Session.Format;
using Sira.Session.History;
using Sira.Session.Records;
using Sira.Session.Turns;
using Sira.Session.Views;

namespace Sira.Session.Tests.Format;

/// <summary>What format 1 has written stays readable: the samples are never changed.</summary>
public class SampleTests
{
    private static readonly SessionKey Key = new("chat 1");
    private static readonly DateTimeOffset Begin = DateTimeOffset.FromUnixTimeMilliseconds(1763800000000);
    private static readonly SessionTurn Turn = new(2);

    private static List<SessionEvent> Events { get; } = [.. Lines("events-1.jsonl").Select(static (line, index) => Read(index + 1, line))];

    [Fact]
    public void Read_Format1_IsWhatItWas()
    {
        Assert.Equal(Enumerable.Range(0, 19).Select(static i => Begin.AddMilliseconds(i)), Events.Select(static item => item.At));
        Assert.Equal(new SessionCreated(1, Begin, "chat 1", "ann", TimeSpan.FromHours(1), TimeSpan.FromDays(1)), Events[0]);
        Assert.Equal(new TurnStarted(3, Begin.AddMilliseconds(2), Turn), Events[2]);
        Assert.Equal("They talked.", Assert.IsType<SummaryAdded>(Events[10]).Summary.Text);
        Assert.Equal(new SessionSummary(11, 2, 5, "They talked.", 4) { Compactor = "model", Model = "m-2", Level = 1 }, ((SummaryAdded)Events[10]).Summary);
        Assert.Equal(2, Assert.IsType<SessionRewound>(Events[11]).To);
        Assert.Equal([SessionLifecycle.Archived, SessionLifecycle.Active, SessionLifecycle.Closed], Events[12..15].Select(static item => Assert.IsType<LifecycleChanged>(item).Lifecycle));
        Assert.IsType<SessionErased>(Events[15]);
        var fork = Assert.IsType<SessionForked>(Events[16]);
        Assert.Equal(("fork", "ann", "chat 1", 5), (fork.Id, fork.User, fork.Parent, fork.ParentVersion));
        Assert.Equal([new StreamPiece("subject/log.a", 0, 3), new StreamPiece("subject/log.b", 3, 5)], fork.Ancestors);
    }

    [Fact]
    public void Read_Format1Messages_AreWhatTheyWere()
    {
        var question = Assert.IsType<MessageAdded>(Events[1]).Message;
        Assert.Equal((2, 2, ChatRole.User, 9, false), (question.Header.Version, question.Header.Turn, question.Header.Role, question.Header.Tokens, question.Header.IsPartial));
        Assert.Equal("What is the weather in 東京?", question.Message.Text);

        var calling = Assert.IsType<MessageAdded>(Events[3]).Message;
        Assert.Equal(["c1", "c2"], calling.Header.Calls);
        Assert.True(calling.Header.IsPartial);
        Assert.Equal("m1", calling.Message.MessageId);
        Assert.Equal("I should look.", Assert.IsType<TextReasoningContent>(calling.Message.Contents[0]).Text);
        Assert.Equal("東京", Assert.IsType<FunctionCallContent>(calling.Message.Contents[1]).Arguments!["city"]!.ToString());

        var result = Assert.IsType<MessageAdded>(Events[4]).Message;
        Assert.Equal(["c1"], result.Header.Results);
        Assert.Equal("clear", ((JsonElement)Assert.IsType<FunctionResultContent>(result.Message.Contents[0]).Result!).GetProperty("sky").GetString());
    }

    [Fact]
    public void Read_Format1TurnsAndState_AreWhatTheyWere()
    {
        var completed = Assert.IsType<TurnEnded>(Events[5]);
        Assert.Equal((Turn, TurnOutcome.Completed, ChatFinishReason.Stop, "m-1", 15), (completed.Turn, completed.End.Outcome, completed.End.FinishReason, completed.End.Model, completed.End.Usage!.TotalTokenCount));
        Assert.Equal(new TurnEnd(TurnOutcome.Failed) { FinishReason = ChatFinishReason.Length, Error = "It broke." }, Assert.IsType<TurnEnded>(Events[6]).End);
        Assert.Equal(new TurnEnd(TurnOutcome.Cancelled), Assert.IsType<TurnEnded>(Events[7]).End);
        Assert.Equal("""{"owner":"Ann","items":[1,2]}""", Encoding.UTF8.GetString(Assert.IsType<StateChanged>(Events[8]).Value!.Value.Span));
        Assert.Null(Assert.IsType<StateChanged>(Events[9]).Value);
    }

    [Fact]
    public void Read_FromALaterVersion_IsPassedOverOrRefusedAsItSays()
    {
        Assert.Equal("from-a-later-version", Assert.IsType<UnknownSessionEvent>(Events[17]).Type);
        Assert.IsType<MessageAdded>(Events[18]);

        foreach (var type in (string[])["message", "from-a-later-version"])
        {
            var error = Assert.Throws<SessionFormatException>(() => EventReader.Read(Key, 7, type, """{"v":2,"at":1}"""u8.ToArray()));
            Assert.Equal(7, error.Version);
            Assert.Contains("newer", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("message", "")]
    [InlineData("message", "null")]
    [InlineData("message", "{")]
    [InlineData("message", """{"v":1,"at":1,"turn":2,"role":"user","tokens":1}""")]
    [InlineData("message", """{"v":1,"at":1,"turn":2,"role":"user","tokens":1,"message":""")]
    [InlineData("message", """{"v":1,"at":1,"turn":"2","role":"user","message":{}}""")]
    [InlineData("message", """{"v":99999999999,"at":1}""")]
    [InlineData("created", """{"v":1,"at":1}""")]
    [InlineData("created", """{"v":1,"at":999999999999999999,"id":"a"}""")]
    [InlineData("created", """{"v":1,"at":1,"id":"a"}}""")]
    [InlineData("created", """{"at":1,"id":"a"}""")]
    [InlineData("forked", """{"v":1,"at":1,"id":"a","parent":"b","version":1,"chain":[{"base":0}]}""")]
    [InlineData("forked", """{"v":1,"at":1,"id":"a","parent":"b","version":1}""")]
    [InlineData("rewound", """{"v":1,"at":1,"to":7}""")]
    [InlineData("rewound", """{"v":1,"at":1,"to":0}""")]
    [InlineData("turn-completed", """{"v":1,"at":1,"turn":2,"usage":[]}""")]
    [InlineData("state", """{"v":1,"at":1,"value":1}""")]
    [InlineData("unheard-of", """[]""")]
    public void Read_Damaged_SaysWhichEvent(string type, string body)
    {
        var error = Assert.Throws<SessionFormatException>(() => EventReader.Read(Key, 7, type, Encoding.UTF8.GetBytes(body)));

        Assert.Equal((Key, 7), (error.Key, error.Version));
    }

    [Fact]
    public void Read_AnyByteChanged_GivesAnEventOrAFormatError()
    {
        var random = new Random(1);
        foreach (var line in Lines("events-1.jsonl"))
        {
            var (type, body) = Split(line);
            for (var i = 0; i < 300; i++)
            {
                var damaged = body.ToArray();
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                try
                {
                    EventReader.Read(Key, 7, type, damaged.AsMemory(0, random.Next(2) == 0 ? damaged.Length : random.Next(damaged.Length)));
                }
                catch (SessionFormatException)
                {
                    // As it should.
                }
            }
        }
    }

    [Fact]
    public void Records_Format1_AreReadAndWrittenAsTheyWere()
    {
        var lines = Lines("records-1.jsonl").ToList();
        var session = JsonSerializer.Deserialize(lines[0], RecordJson.Default.SessionRecord)!;
        Assert.Equal(new SessionRecord(1, "chat 1", "subject/log.a", "subject/log.b", Begin, Begin.AddMinutes(1), SessionLifecycle.Archived, TimeSpan.FromHours(1), TimeSpan.FromDays(1), Owned: true), session);

        Assert.Equal(lines[0], Encoding.UTF8.GetString(RecordStore.Bytes(session, RecordJson.Default.SessionRecord)).Replace("\\u002B", "+", StringComparison.Ordinal));
        Assert.Equal(new UserRecord(1, "abcdefghijklmnopqrstuvwxyz", Erasing: true), JsonSerializer.Deserialize(lines[1], RecordJson.Default.UserRecord));
        Assert.Equal(new ForkRecord(1, "subject/log.c", Begin), JsonSerializer.Deserialize(lines[2], RecordJson.Default.ForkRecord));
        Assert.Equal(new RemovalRecord(1, "subject/log.a", Owned: true, Erase: true), JsonSerializer.Deserialize(lines[3], RecordJson.Default.RemovalRecord));
        Assert.Equal(new CursorRecord(1, 42, 7), JsonSerializer.Deserialize(lines[4], RecordJson.Default.CursorRecord));
    }

    private static IEnumerable<string> Lines(string file) => File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Format", "Samples", file));

    private static (string Type, byte[] Body) Split(string line)
    {
        using var document = JsonDocument.Parse(line);
        return (document.RootElement.GetProperty("type").GetString()!, Encoding.UTF8.GetBytes(document.RootElement.GetProperty("body").GetRawText()));
    }

    private static SessionEvent Read(long version, string line)
    {
        var (type, body) = Split(line);
        return EventReader.Read(Key, version, type, body);
    }
}
