using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Gateway.Caching.Keys;
using Sira.Requests;

namespace Sira.Gateway.Tests.Caching;

/// <summary>The key: everything that changes the answer changes it, and what is not known gives none.</summary>
public class KeyTests
{
    private static readonly JsonElement Schema = Json("""{"type":"object","properties":{"city":{"type":"string"}}}""");

    private static readonly Dictionary<string, Action<SiraChatOptions>> OptionChanges = new()
    {
        ["ModelId"] = options => options.ModelId = "other",
        ["Instructions"] = options => options.Instructions = "other",
        ["Instructions empty"] = options => options.Instructions = string.Empty,
        ["Temperature"] = options => options.Temperature = 0.2f,
        ["Temperature none"] = options => options.Temperature = null,
        ["TopP"] = options => options.TopP = 0.2f,
        ["TopK"] = options => options.TopK = 2,
        ["FrequencyPenalty"] = options => options.FrequencyPenalty = 0.2f,
        ["PresencePenalty"] = options => options.PresencePenalty = 0.2f,
        ["Seed"] = options => options.Seed = 2,
        ["MaxOutputTokens"] = options => options.MaxOutputTokens = 2,
        ["AllowMultipleToolCalls"] = options => options.AllowMultipleToolCalls = true,
        ["AllowMultipleToolCalls no"] = options => options.AllowMultipleToolCalls = false,
        ["Effort"] = options => options.Reasoning = new ReasoningOptions { Effort = ReasoningEffort.High },
        ["ReasoningOutput"] = options => options.Reasoning = new ReasoningOptions { Output = ReasoningOutput.Full },
        ["StopSequences"] = options => options.StopSequences = ["a"],
        ["StopSequences two"] = options => options.StopSequences = ["a", "b"],
        ["StopSequences joined"] = options => options.StopSequences = ["ab"],
        ["StopSequences order"] = options => options.StopSequences = ["b", "a"],
        ["Format text"] = options => options.ResponseFormat = ChatResponseFormat.Text,
        ["Format json"] = options => options.ResponseFormat = ChatResponseFormat.Json,
        ["Format schema"] = options => options.ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema),
        ["Format schema other"] = options => options.ResponseFormat = ChatResponseFormat.ForJsonSchema(Json("""{"type":"object","properties":{"town":{"type":"string"}}}""")),
        ["Format schema order"] = options => options.ResponseFormat = ChatResponseFormat.ForJsonSchema(Json("""{"properties":{"city":{"type":"string"}},"type":"object"}""")),
        ["Format name"] = options => options.ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema, "name"),
        ["Format description"] = options => options.ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema, "name", "description"),
        ["ToolMode none"] = options => options.ToolMode = ChatToolMode.None,
        ["ToolMode auto"] = options => options.ToolMode = ChatToolMode.Auto,
        ["ToolMode any"] = options => options.ToolMode = ChatToolMode.RequireAny,
        ["ToolMode one"] = options => options.ToolMode = ChatToolMode.RequireSpecific("tool"),
        ["Tools"] = options => options.Tools = [Tool("tool", "does it", Schema)],
        ["Tools two"] = options => options.Tools = [Tool("tool", "does it", Schema), Tool("tool2", "does it", Schema)],
        ["Tool name"] = options => options.Tools = [Tool("other", "does it", Schema)],
        ["Tool description"] = options => options.Tools = [Tool("tool", "does else", Schema)],
        ["Tool schema"] = options => options.Tools = [Tool("tool", "does it", Json("""{"type":"object"}"""))],
        ["Tool result"] = options => options.Tools = [AIFunctionFactory.CreateDeclaration("tool", "does it", Schema, Json("""{"type":"string"}"""))],
        ["Properties"] = options => options.AdditionalProperties = new() { ["a"] = 1 },
        ["Properties text"] = options => options.AdditionalProperties = new() { ["a"] = "1" },
        ["Properties key"] = options => options.AdditionalProperties = new() { ["b"] = 1 },
        ["Properties null"] = options => options.AdditionalProperties = new() { ["a"] = null },
        ["Properties json"] = options => options.AdditionalProperties = new() { ["a"] = Json("""{"b":[1,2]}""") },
        ["Properties json nested"] = options => options.AdditionalProperties = new() { ["a"] = Json("""{"b":[1],"c":2}""") },
        ["Properties node"] = options => options.AdditionalProperties = new() { ["a"] = JsonNode.Parse("""{"b":[[1],2]}""") },
        ["Properties list"] = options => options.AdditionalProperties = new() { ["a"] = new[] { "x", "y" } },
        ["Properties list joined"] = options => options.AdditionalProperties = new() { ["a"] = new[] { "xy" } },
        ["Properties decimal"] = options => options.AdditionalProperties = new() { ["a"] = 1m },
        ["Properties bytes"] = options => options.AdditionalProperties = new() { ["a"] = new byte[] { 1 } },
        ["Properties enum"] = options => options.AdditionalProperties = new() { ["a"] = DayOfWeek.Monday },
        ["Properties time"] = options => options.AdditionalProperties = new() { ["a"] = new DateTime(1, DateTimeKind.Utc) },
        ["Properties time kind"] = options => options.AdditionalProperties = new() { ["a"] = new DateTime(1, DateTimeKind.Unspecified) },
        ["Routing"] = options => options.Routing = new RoutingOptions(),
        ["Routing.Strategy"] = options => options.Routing = new RoutingOptions { Strategy = "a" },
        ["Routing.Balancer"] = options => options.Routing = new RoutingOptions { Balancer = "a" },
        ["Routing.Only"] = options => options.Routing = new RoutingOptions { Only = ["a"] },
        ["Routing.Ignore"] = options => options.Routing = new RoutingOptions { Ignore = ["a"] },
        ["Routing.Prefer"] = options => options.Routing = new RoutingOptions { Prefer = ["a"] },
        ["Routing.MaxInputPrice"] = options => options.Routing = new RoutingOptions { MaxInputPrice = 1 },
        ["Routing.MaxOutputPrice"] = options => options.Routing = new RoutingOptions { MaxOutputPrice = 1 },
        ["Routing.RequiredTags"] = options => options.Routing = new RoutingOptions { RequiredTags = new Dictionary<string, string> { ["region"] = "eu" } },
        ["Routing.RequireParameters"] = options => options.Routing = new RoutingOptions { RequireParameters = true },
        ["Routing.RequireParameters no"] = options => options.Routing = new RoutingOptions { RequireParameters = false },
        ["Routing.AllowFallbacks"] = options => options.Routing = new RoutingOptions { AllowFallbacks = true },
        ["Routing.Hedge"] = options => options.Routing = new RoutingOptions { Hedge = true },
        ["Routing.StreamRecovery"] = options => options.Routing = new RoutingOptions { StreamRecovery = [StreamRecovery.Continue] },
    };

    private static readonly Dictionary<string, Action<SiraChatOptions>> Uncacheable = new()
    {
        ["ConversationId"] = options => options.ConversationId = "c",
        ["ContinuationToken"] = options => options.ContinuationToken = ResponseContinuationToken.FromBytes(new byte[] { 1 }),
        ["AllowBackgroundResponses"] = options => options.AllowBackgroundResponses = true,
        ["RawRepresentationFactory"] = options => options.RawRepresentationFactory = _ => null,
        ["a hosted tool"] = options => options.Tools = [new HostedWebSearchTool()],
        ["a property of an unknown type"] = options => options.AdditionalProperties = new() { ["a"] = new object() },
        ["a lazy sequence"] = options => options.AdditionalProperties = new() { ["a"] = Enumerable.Range(0, 2).Select(number => number) },
        ["a property within itself"] = options => options.AdditionalProperties = new() { ["a"] = Endless() },
        ["deep JSON"] = options => options.AdditionalProperties = new() { ["a"] = JsonDocument.Parse(new string('[', 80) + new string(']', 80), new JsonDocumentOptions { MaxDepth = 100 }).RootElement },
        ["Sira's key with something else"] = options => options.AdditionalProperties = new() { [RequestContext.PropertyName] = new object() },
    };

    // The properties that are no part of the question, and why is said where they are left out.
    private static readonly string[] NoPartOfTheQuestion = [nameof(SiraChatOptions.Request), nameof(SiraChatOptions.HeadersTimeout), nameof(SiraChatOptions.Cache), nameof(SiraChatOptions.AcceptsRestart), nameof(SiraChatOptions.PromptCacheKey)];

    public static TheoryData<string> OptionNames => [.. OptionChanges.Keys];

    public static TheoryData<string> UncacheableNames => [.. Uncacheable.Keys];

    [Fact]
    public void EachChangeOfAnOption_MakesAnotherKey()
    {
        var keys = new Dictionary<CacheKey, string> { [Key(Options()).Exact] = "none" };
        foreach (var (name, change) in OptionChanges)
        {
            var options = Options();
            change(options);
            var key = Key(options).Exact;
            Assert.True(keys.TryAdd(key, name), $"'{name}' has the key of '{keys.GetValueOrDefault(key)}'");
        }
    }

    [Theory]
    [MemberData(nameof(OptionNames))]
    public void EqualOptions_OfOtherObjects_MakeTheSameKey(string name)
    {
        var (one, other) = (Options(), Options());
        OptionChanges[name](one);
        OptionChanges[name](other);

        Assert.Equal(Key(one), Key(other));
        Assert.Equal(Key(one), Key((SiraChatOptions)one.Clone()));
        Assert.NotEqual(Key(Options()).Partition, Key(one).Partition);
    }

    [Theory]
    [MemberData(nameof(UncacheableNames))]
    public void RequestWithWhatIsNotKnown_HasNoKey(string name)
    {
        var options = Options();
        Uncacheable[name](options);

        Assert.Null(RequestKey.TryCreate(Hello, options, "route", "tenant", null));
    }

    [Fact]
    public void SubclassOfTheOptions_HasNoKey() => Assert.Null(RequestKey.TryCreate(Hello, new OwnOptions(), "route", "tenant", null));

    /// <summary>A property that somebody adds must be decided on: here, in the encoder and in the table above.</summary>
    [Fact]
    public void EveryProperty_IsInTheTable()
    {
        string[] said = [.. OptionChanges.Keys.Select(name => name.Split(' ')[0]), .. Uncacheable.Keys, .. NoPartOfTheQuestion, "ResponseFormat", "Reasoning", "AdditionalProperties"];
        Assert.Empty(typeof(SiraChatOptions).GetProperties().Select(property => property.Name).Except(said));
        Assert.Empty(typeof(ReasoningOptions).GetProperties().Select(property => property.Name).Except(["Effort", "Output"]));
        Assert.Empty(typeof(RoutingOptions).GetProperties().Where(property => !property.GetMethod!.IsStatic).Select(property => "Routing." + property.Name).Except(said));
        Assert.Equal(["AuthorName", "Role", "Text", "Contents", "MessageId", "CreatedAt", "RawRepresentation", "AdditionalProperties"], typeof(ChatMessage).GetProperties().Select(property => property.Name), new SetComparer());
    }

    [Fact]
    public void WhatIsNoPartOfTheQuestion_DoesNotChangeTheKey()
    {
        var options = Options();
        (options.HeadersTimeout, options.AcceptsRestart, options.PromptCacheKey, options.Cache) = (TimeSpan.FromSeconds(1), true, "key", CacheControl.ReadOnly);
        options.Request = new RequestContext(7) { Team = "team", Key = "key", Priority = 3 };
        Assert.Equal(Key(Options()), Key(options));

        // Plain options say the same as none, and as Sira's; routing may be in the properties.
        Assert.Equal(Key(null), Key(new ChatOptions()));
        Assert.Equal(Key(null), Key(new SiraChatOptions { AdditionalProperties = new() { [RequestContext.PropertyName] = new RequestContext(1), [CacheControl.PropertyName] = CacheControl.ReadOnly } }));
        Assert.Equal(Key(new SiraChatOptions { Routing = new RoutingOptions { Strategy = "a" } }), Key(new ChatOptions { AdditionalProperties = new() { [RoutingOptions.PropertyName] = new RoutingOptions { Strategy = "a" } } }));
        Assert.Equal(Key(new ChatOptions { AdditionalProperties = new() { ["a"] = Json("""{ "b" : "é" }""") } }), Key(new ChatOptions { AdditionalProperties = new() { ["a"] = Json("""{"b":"\u00e9"}""") } }));
    }

    [Fact]
    public void TenantUserAndRoute_ArePartsOfTheKey()
    {
        (string?, string?, string?)[] cases = [("r", "t", "u"), ("r", "t", null), ("r", "t", ""), ("r", null, null), ("r", "", null), (null, "t", null), ("rt", "", "u"), ("r", "tu", ""), ("s", "t", "u"), ("r", "T", "u")];
        var keys = cases.Select(one => RequestKey.TryCreate(Hello, null, one.Item1, one.Item2, one.Item3)!.Value).ToArray();

        Assert.Equal(keys.Length, keys.Select(key => key.Exact).Distinct().Count());
        Assert.Equal(keys.Length, keys.Select(key => key.Partition).Distinct().Count());
    }

    private static ChatMessage[] Hello => [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hello")];

    private static SiraChatOptions Options() => new() { Temperature = 0.1f };

    private static RequestKey Key(ChatOptions? options) => RequestKey.TryCreate(Hello, options, "route", "tenant", null)!.Value;

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement.Clone();

    private static AIFunctionDeclaration Tool(string name, string description, JsonElement schema) => AIFunctionFactory.CreateDeclaration(name, description, schema);

    private static List<object?> Endless()
    {
        var list = new List<object?>();
        list.Add(list);
        return list;
    }

    private sealed class OwnOptions : SiraChatOptions;

    private sealed class SetComparer : IEqualityComparer<IEnumerable<string>>
    {
        public bool Equals(IEnumerable<string>? x, IEnumerable<string>? y) => x!.ToHashSet().SetEquals(y!);

        public int GetHashCode(IEnumerable<string> obj) => 0;
    }
}
