using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Gateway.Caching.Keys;

namespace Sira.Gateway.Tests.Caching;

/// <summary>Messages in the key, each content in each of its parts.</summary>
public class MessageKeyTests
{
    private static readonly Dictionary<string, Func<AIContent>> Contents = new()
    {
        ["text"] = () => new TextContent("a"),
        ["text other"] = () => new TextContent("b"),
        ["text empty"] = () => new TextContent(""),
        ["text surrogate"] = () => new TextContent("\ud800"),
        ["text other surrogate"] = () => new TextContent("\ud801"),
        ["text property"] = () => new TextContent("a") { AdditionalProperties = new() { ["cache_control"] = true } },
        ["text raw"] = () => new TextContent("a") { RawRepresentation = JsonDocument.Parse("""{"type":"text"}""").RootElement },
        ["reasoning"] = () => new TextReasoningContent("a"),
        ["reasoning signature"] = () => new TextReasoningContent("a") { ProtectedData = "s" },
        ["data"] = () => new DataContent(new byte[] { 1, 2 }, "image/png"),
        ["data bytes"] = () => new DataContent(new byte[] { 1, 3 }, "image/png"),
        ["data long"] = () => new DataContent(new byte[10_000], "image/png"),
        ["data longer"] = () => new DataContent(new byte[10_001], "image/png"),
        ["data type"] = () => new DataContent(new byte[] { 1, 2 }, "image/gif"),
        ["data name"] = () => new DataContent(new byte[] { 1, 2 }, "image/png") { Name = "n" },
        ["uri"] = () => new UriContent("https://example.com/a", "image/png"),
        ["uri other"] = () => new UriContent("https://example.com/b", "image/png"),
        ["uri type"] = () => new UriContent("https://example.com/a", "image/gif"),
        ["file"] = () => new HostedFileContent("f"),
        ["file other"] = () => new HostedFileContent("g"),
        ["file type"] = () => new HostedFileContent("f") { MediaType = "text/plain" },
        ["file name"] = () => new HostedFileContent("f") { Name = "n" },
        ["error"] = () => new ErrorContent("a"),
        ["error code"] = () => new ErrorContent("a") { ErrorCode = "c" },
        ["error details"] = () => new ErrorContent("a") { Details = "d" },
        ["call"] = () => new FunctionCallContent("1", "tool"),
        ["call id"] = () => new FunctionCallContent("2", "tool"),
        ["call name"] = () => new FunctionCallContent("1", "other"),
        ["call informational"] = () => new FunctionCallContent("1", "tool") { InformationalOnly = true },
        ["call no arguments"] = () => new FunctionCallContent("1", "tool", new Dictionary<string, object?>()),
        ["call arguments"] = () => new FunctionCallContent("1", "tool", new Dictionary<string, object?> { ["x"] = 1 }),
        ["call argument value"] = () => new FunctionCallContent("1", "tool", new Dictionary<string, object?> { ["x"] = 2 }),
        ["call argument type"] = () => new FunctionCallContent("1", "tool", new Dictionary<string, object?> { ["x"] = "1" }),
        ["call argument name"] = () => new FunctionCallContent("1", "tool", new Dictionary<string, object?> { ["y"] = 1 }),
        ["call argument list"] = () => new FunctionCallContent("1", "tool", new Dictionary<string, object?> { ["x"] = new List<object?> { 1, null } }),
        ["call argument map"] = () => new FunctionCallContent("1", "tool", new Dictionary<string, object?> { ["x"] = new Dictionary<string, object?> { ["y"] = 1 } }),
        ["result"] = () => new FunctionResultContent("1", "r"),
        ["result id"] = () => new FunctionResultContent("2", "r"),
        ["result none"] = () => new FunctionResultContent("1", null),
        ["result content"] = () => new FunctionResultContent("1", new List<AIContent> { new TextContent("r") }),
        ["result other content"] = () => new FunctionResultContent("1", new List<AIContent> { new TextContent("s") }),
        ["result json"] = () => new FunctionResultContent("1", JsonDocument.Parse("\"r\"  ").RootElement is var element ? new object?[] { element } : null),
        ["usage"] = () => new UsageContent(new UsageDetails()),
    };

    private static readonly Dictionary<string, Func<AIContent>> Unknown = new()
    {
        ["a type of its own"] = () => new OwnContent(),
        ["a type derived from a known one"] = () => new OwnCall(),
        ["a raw representation of another library"] = () => new TextContent("a") { RawRepresentation = new object() },
        ["annotations"] = () => new TextContent("a") { Annotations = [new CitationAnnotation { Title = "t" }] },
        ["a property of an unknown type"] = () => new TextContent("a") { AdditionalProperties = new() { ["a"] = new object() } },
        ["an argument of an unknown type"] = () => new FunctionCallContent("1", "tool", new Dictionary<string, object?> { ["x"] = new object() }),
        ["a result of an unknown type"] = () => new FunctionResultContent("1", new { Own = 1 }),
        ["a call that could not be read"] = () => new FunctionCallContent("1", "tool") { Exception = new InvalidOperationException() },
        ["a result with an exception"] = () => new FunctionResultContent("1", "r") { Exception = new InvalidOperationException() },
        ["an approval"] = () => new ToolApprovalRequestContent("1", new FunctionCallContent("1", "tool")),
        ["a tool of the provider"] = () => new McpServerToolCallContent("1", "tool", "server"),
    };

    public static TheoryData<string> UnknownNames => [.. Unknown.Keys];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EachPartOfAContent_IsPartOfTheKey_LastOrNot(bool last)
    {
        var keys = new Dictionary<CacheKey, string>();
        foreach (var (name, create) in Contents)
        {
            var message = new ChatMessage(ChatRole.User, [create()]);
            var same = new ChatMessage(ChatRole.User, [create()]) { MessageId = "id", CreatedAt = DateTimeOffset.UnixEpoch };
            Assert.Equal(Key(Place(message)), Key(Place(same)));
            var key = Key(Place(message)).Exact;
            Assert.True(keys.TryAdd(key, name), $"'{name}' has the key of '{keys.GetValueOrDefault(key)}'");
        }

        ChatMessage[] Place(ChatMessage message) => last ? [new(ChatRole.User, "before"), message] : [message, new(ChatRole.User, "after")];
    }

    [Theory]
    [MemberData(nameof(UnknownNames))]
    public void ContentThatIsNotKnown_GivesNoKey(string name)
    {
        Assert.Null(RequestKey.TryCreate([new ChatMessage(ChatRole.User, [Unknown[name]()])], null, null, null, null));
        Assert.Null(RequestKey.TryCreate([new ChatMessage(ChatRole.User, [new TextContent("a"), Unknown[name]()]), new ChatMessage(ChatRole.User, "b")], null, null, null, null));
    }

    [Fact]
    public void PlaceAndSender_ArePartsOfTheKey()
    {
        ChatMessage[][] conversations =
        [
            [new(ChatRole.User, "ab")],
            [new(ChatRole.User, "a"), new(ChatRole.User, "b")],
            [new(ChatRole.User, "b"), new(ChatRole.User, "a")],
            [new(ChatRole.User, [new TextContent("a"), new TextContent("b")])],
            [new(ChatRole.User, [new TextContent("ab"), new TextContent("")])],
            [new(ChatRole.Assistant, "ab")],
            [new(ChatRole.System, "ab")],
            [new(new ChatRole("own"), "ab")],
            [new(ChatRole.User, "ab") { AuthorName = "author" }],
            [new(ChatRole.User, "ab") { AdditionalProperties = new() { ["a"] = 1 } }],
            [new(ChatRole.User, [])],
            [new(ChatRole.User, ""), new(ChatRole.User, "ab")],
            [new(ChatRole.System, "a"), new(ChatRole.User, "b")],
            [new(ChatRole.Assistant, "a"), new(ChatRole.User, "b")],
        ];
        Assert.Equal(conversations.Length, conversations.Select(conversation => Key(conversation).Exact).Distinct().Count());
        Assert.Equal(Key([new(ChatRole.User, "ab")]), Key([new(ChatRole.User, "ab") { RawRepresentation = JsonDocument.Parse("1").RootElement }]));
        Assert.Null(RequestKey.TryCreate([], null, null, null, null));
        Assert.Null(RequestKey.TryCreate([null!], null, null, null, null));
        Assert.Null(RequestKey.TryCreate([new ChatMessage(ChatRole.User, "a") { RawRepresentation = new object() }], null, null, null, null));
    }

    [Fact]
    public void Partition_IsOfEverythingButTheLastText()
    {
        ChatMessage[] before = [new(ChatRole.System, "s"), new(ChatRole.User, "u"), new(ChatRole.Assistant, "a")];
        var one = Key([.. before, new(ChatRole.User, "one")]);
        var two = Key([.. before, new(ChatRole.User, "two")]);

        Assert.Equal(one.Partition, two.Partition);
        Assert.NotEqual(one.Exact, two.Exact);
        Assert.Equal(("one", "two"), (one.Text, two.Text));
        ChatMessage[][] others =
        [
            [.. before[1..], new(ChatRole.User, "one")],
            [.. before, new(ChatRole.User, "one") { AuthorName = "author" }],
            [.. before, new(ChatRole.Assistant, "one")],
            [.. before, new(ChatRole.User, [new TextContent("one"), new UriContent("https://example.com/a", "image/png")])],
            [.. before, new(ChatRole.User, [new TextContent("one") { AdditionalProperties = new() { ["a"] = 1 } }])],
        ];
        Assert.All(others, conversation => Assert.NotEqual(one.Partition, Key(conversation).Partition));
        Assert.Equal(["one", "one", null, null, null], others.Select(conversation => Key(conversation).Text));
    }

    /// <summary>Random conversations from a seed: what differs anywhere has another key, what is equal has the same.</summary>
    [Fact]
    public void RandomConversations_CollideOnlyWhenTheyAreEqual()
    {
        var random = new Random(7);
        var seen = new Dictionary<CacheKey, string>();
        for (var i = 0; i < 5000; i++)
        {
            var messages = Enumerable.Range(0, random.Next(1, 4)).Select(_ => new ChatMessage(
                random.Next(2) == 0 ? ChatRole.User : ChatRole.Assistant,
                [.. Enumerable.Range(0, random.Next(0, 3)).Select(_ => random.Next(2) == 0 ? (AIContent)new TextContent(Word()) : new TextReasoningContent(Word()) { ProtectedData = random.Next(3) == 0 ? Word() : null })])).ToArray();
            var said = string.Join(";", messages.Select(message => message.Role + ":" + string.Join(",", message.Contents.Select(content => content is TextReasoningContent reasoning ? $"R'{reasoning.Text}'{reasoning.ProtectedData ?? "-"}" : $"T'{content}'"))));
            var key = Key(messages).Exact;
            Assert.Equal(said, seen.TryGetValue(key, out var known) ? known : seen[key] = said);
        }

        Assert.Equal(seen.Count, seen.Values.Distinct().Count());

        string Word() => new('a', random.Next(0, 3));
    }

    private static RequestKey Key(ChatMessage[] messages) => RequestKey.TryCreate(messages, null, "route", null, null)!.Value;

    private sealed class OwnContent : AIContent;

    private sealed class OwnCall() : FunctionCallContent("1", "tool");
}
