using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Tokens;

namespace Sira.Tests.Tokens;

public sealed class TokenEstimatorTests
{
    private static readonly TokenEstimator Estimator = TokenEstimator.Instance;

    [Theory]
    [InlineData("", 0, 0)]
    [InlineData("hello", 1, 1)]
    [InlineData("The quick brown fox jumps over the lazy dog.", 10, 11)]   // 10 in o200k
    [InlineData("{\"city\":\"Paris\",\"days\":3}", 9, 13)]                  // 11 in o200k
    [InlineData("camelCaseNames", 3, 3)]
    [InlineData("1234567890", 4, 5)]                                       // 4 in o200k: groups of three
    public void Estimate_EnglishText_IsNearTheTokenizer(string text, long least, long most) =>
        Assert.InRange(Estimator.Estimate(text, "gpt"), least, most);

    [Fact]
    public void Estimate_Scripts_CountByCharacter()
    {
        // A Chinese sentence of 16 characters is far more than the words between its spaces, which are none.
        Assert.InRange(Estimator.Estimate("人工智能正在改变我们的生活方式。", "gpt"), 9, 16);
        Assert.InRange(Estimator.Estimate("人工智能正在改变我们的生活方式。", "qwen"), 7, 12);
        Assert.InRange(Estimator.Estimate("Съешь ещё этих мягких французских булок", "gpt"), 8, 24);
        Assert.InRange(Estimator.Estimate("👍👍👍", "gpt"), 3, 9);
    }

    [Fact]
    public void Estimate_Digits_DependOnTheFamily() =>
        Assert.True(Estimator.Estimate("12345678901234567890", "gemini") > 2 * Estimator.Estimate("12345678901234567890", "gpt"));

    [Theory]
    [InlineData("claude-sonnet", "claude")]
    [InlineData("GPT-mini", "gpt")]
    [InlineData("o", "gpt")]
    [InlineData("o-mini", "gpt")]
    [InlineData("gemma", "gemini")]
    [InlineData("ministral", "mistral")]
    [InlineData("deepseek-thinking", "deepseek")]
    [InlineData("nobody-knows", null)]
    public void Estimate_FamilyVariant_IsItsFamily(string variant, string? family)
    {
        List<ChatMessage> messages = [new(ChatRole.User, "Привет, 12345 {}")];
        var options = new ChatOptions { Tools = [AIFunctionFactory.CreateDeclaration("f", "d", JsonElement.Parse("{}"))] };

        Assert.Equal(Estimator.Estimate(messages, options, family), Estimator.Estimate(messages, options, variant));
    }

    [Fact]
    public void Estimate_OpenWeightModels_AreAFamilyOfTheirOwn() =>
        Assert.True(Estimator.Estimate([new(ChatRole.User, "hi")], null, "gpt-oss") > Estimator.Estimate([new(ChatRole.User, "hi")], null, "gpt") + 50);

    [Fact]
    public void Estimate_MoreOfAnything_IsMore()
    {
        var history = new List<ChatMessage> { new(ChatRole.User, "hello") };
        var options = new ChatOptions();
        foreach (var family in new[] { "gpt", "gpt-oss", "claude", "gemini", "llama", "mistral", "deepseek", "qwen", "grok", null })
        {
            var before = 0L;
            void Grows()
            {
                var now = Estimator.Estimate(history, options, family);
                Assert.True(now > before, $"{family}: {now} after {before}");
                before = now;
            }

            history.RemoveRange(1, history.Count - 1);
            options = new ChatOptions();
            Grows();
            options.Instructions = "Answer briefly and in English.";
            Grows();
            options.Tools = [AIFunctionFactory.CreateDeclaration("get_weather", "The weather in a city.", JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}"""))];
            Grows();
            history.Add(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("1", "get_weather", new Dictionary<string, object?> { ["city"] = "Paris" })]));
            Grows();
            history.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent("1", "It rains in Paris today.")]));
            Grows();
            history.Add(new ChatMessage(ChatRole.User, [new DataContent(new byte[10], "image/png")]));
            Grows();
            history.Add(new ChatMessage(ChatRole.User, [new DataContent(new byte[10], "audio/wav")]));
            Grows();
            history.Add(new ChatMessage(ChatRole.User, [new UriContent("https://example.com/a.pdf", "application/pdf")]));
            Grows();
        }
    }

    [Fact]
    public void Estimate_ToolsThatMayNotBeCalled_AreFreeWhereProvidersLeaveThemOut()
    {
        List<ChatMessage> messages = [new(ChatRole.User, "hi")];
        var tools = new ChatOptions { Tools = [AIFunctionFactory.CreateDeclaration("f", "d", JsonElement.Parse("{}"))], ToolMode = ChatToolMode.None };

        Assert.Equal(Estimator.Estimate(messages, null, "mistral"), Estimator.Estimate(messages, tools, "mistral"));
        Assert.True(Estimator.Estimate(messages, tools, "claude") > Estimator.Estimate(messages, null, "claude") + 100);
    }

    [Fact]
    public void Estimate_SchemaOfTheAnswer_CountsWhereItIsBilled()
    {
        List<ChatMessage> messages = [new(ChatRole.User, "hi")];
        var options = new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{"type":"object","properties":{"name":{"type":"string"}}}""")) };

        Assert.True(Estimator.Estimate(messages, options, "gpt") > Estimator.Estimate(messages, null, "gpt") + 15);
        Assert.Equal(Estimator.Estimate(messages, null, "gemini"), Estimator.Estimate(messages, options, "gemini"));
    }

    [Fact]
    public void Estimate_JsonWithWhiteSpace_CountsAsItIsSent()
    {
        static long Of(string json) => Estimator.Estimate([new(ChatRole.Tool, [new FunctionResultContent("1", JsonElement.Parse(json))])], null, "gpt");

        Assert.Equal(Of("""{"a":[1,2],"b":"x  y\" z"}"""), Of("{\r\n\t\"a\": [ 1,\n 2 ],   \"b\": \"x  y\\\" z\"\n}"));
        Assert.True(Of("\"a\\n\\n\\n\\nb\"") > Of("\"ab\""));
    }

    [Fact]
    public void Estimate_SameTextAsStringAndAsJson_IsNearlyTheSame()
    {
        const string Text = "Grüße aus 東京, Привет 👍 and 12345.";
        var asText = Estimator.Estimate([new(ChatRole.Tool, [new FunctionResultContent("1", Text)])], null, "gpt");
        var asJson = Estimator.Estimate([new(ChatRole.Tool, [new FunctionResultContent("1", JsonElement.Parse($"\"{Text}\""))])], null, "gpt");

        Assert.InRange(asJson - asText, 0, 3);
    }

    [Fact]
    public void Estimate_Hostile_NeitherThrowsNorGoesWrong()
    {
        AIContent[] contents =
        [
            new TextContent(null), new TextContent("\uD83D"), new TextContent(new string('\uDC00', 1000)), new TextContent("\0\u0001\uFFFF"),
            new FunctionCallContent("", ""), new FunctionCallContent("1", "f", new Dictionary<string, object?> { [""] = null, ["x"] = default(JsonElement), ["y"] = new object(), ["z"] = 1.5m, ["b"] = true }),
            new FunctionResultContent("1", null), new FunctionResultContent("1", new List<AIContent> { new TextContent("a"), new DataContent(new byte[1], "image/png") }),
            new DataContent(Array.Empty<byte>(), "application/octet-stream"), new HostedFileContent("f"), new ErrorContent(null), new UsageContent(), new TextReasoningContent("hm"),
        ];

        foreach (var content in contents)
        {
            Assert.InRange(Estimator.Estimate([new(ChatRole.User, [content])], new ChatOptions { Tools = [new HostedWebSearchTool()] }, null), 1, 20_000);
        }

        Assert.Equal(3, Estimator.Estimate([], null, "gpt"));
        Assert.Throws<ArgumentNullException>(() => Estimator.Estimate(null!, null, null));
    }

    [Fact]
    public void Estimate_LazyMessages_CountLikeAList()
    {
        List<ChatMessage> messages = [new(ChatRole.User, "one"), new(ChatRole.Assistant, "two")];

        Assert.Equal(Estimator.Estimate(messages, null, "gpt"), Estimator.Estimate(messages.Where(_ => true), null, "gpt"));
    }

    [Fact]
    public void Estimate_TextAndTools_AllocatesNothing()
    {
        List<ChatMessage> messages = [new(ChatRole.System, "Be brief."), new(ChatRole.User, string.Concat(Enumerable.Repeat("Some words, 123 and 東京. ", 200)))];
        var options = new ChatOptions { Instructions = "In English.", Tools = [AIFunctionFactory.CreateDeclaration("f", "d", JsonElement.Parse("""{"type":"object"}"""))] };
        Estimator.Estimate(messages, options, "gpt");

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Estimator.Estimate(messages, options, "gpt");
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
