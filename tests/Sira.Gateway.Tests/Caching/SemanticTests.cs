using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Caching;
using Sira.Gateway.Tests.Caching.Support;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Configuration;
using Sira.Requests;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Caching;

public class SemanticTests
{
    private static CacheGateway Lexical(Action<SemanticCacheOptions>? semantic = null) => new(cache =>
    {
        cache.Semantic.Enabled = true;
        semantic?.Invoke(cache.Semantic);
    });

    [Fact]
    public async Task OffByDefault()
    {
        await using var gateway = new CacheGateway();
        await gateway.AskAsync("What is the capital of Portugal?");
        Assert.Equal(CacheOutcome.Miss, (await gateway.AskAsync("what is the capital of portugal")).GetCacheStatus()!.Outcome);
    }

    [Theory]
    [InlineData("What is the capital of Portugal?", "what is the capital of portugal")]
    [InlineData("What is the capital of Portugal?", "Hello! Please, what's the capital of Portugal??")]
    [InlineData("Don't you know 3 cities of Japan?", "do not you know 3 cities of Japan")]
    [InlineData("什么是桥？", "什么是桥")]
    public async Task SameQuestionInOtherClothes_IsAHit_WithTheBuiltInVectors(string first, string second)
    {
        foreach (var streaming in (bool[])[false, true])
        {
            await using var gateway = Lexical();
            await gateway.AskAsync(first, streaming: streaming);
            var hit = await gateway.AskAsync(second, streaming: !streaming);

            Assert.Equal("answer 1", hit.Text);
            var status = hit.GetCacheStatus()!;
            Assert.Equal((CacheOutcome.Hit, CacheMatch.Semantic), (status.Outcome, status.Match));
            Assert.InRange(status.Similarity!.Value, 0.95, 1);
            Assert.Equal(CacheMatch.Semantic, gateway.Hits.Single().Status.Match);
            Assert.Equal(1, gateway.Model.Calls);
            gateway.AssertIdle();
        }
    }

    /// <summary>Questions that look alike and are not (litellm#12234 and its like).</summary>
    public static TheoryData<string, string> Different => new()
    {
        { "How many days in 2023?", "How many days in 2024?" },
        { "How many days are there in the year 2023, and how many of them are holidays in the city of Vienna in Austria?", "How many days are there in the year 2024, and how many of them are holidays in the city of Vienna in Austria?" },
        { "Is it safe to eat this mushroom when it is cooked for a long time in salted water?", "Is it not safe to eat this mushroom when it is cooked for a long time in salted water?" },
        { "Which trains go from Graz to Linz on a usual Monday morning before nine, and which of them have a dining car?", "Which trains go from Linz to Graz on a usual Monday morning before nine, and which of them have a dining car?" },
        { "tell me how the capital of france got its name and what people thought about that at the time", "tell me how the capital of spain got its name and what people thought about that at the time" },
        { "What is 3+4?", "What is 3*4?" },
        { "What is -5 °C in Fahrenheit?", "What is 5 °C in Fahrenheit?" },
        { "What is 1.5 times 2?", "What is 15 times 2?" },
        { "Convert 3:4 to a share", "Convert 3.4 to a share" },
        { "Can I take it with alcohol?", "Can I take it without alcohol?" },
        { "Does it always work?", "Does it never work?" },
        { "Is two enough?", "Is three enough?" },
        { "Darf man das essen?", "Darf man das nicht essen?" },
        { "可以吃吗？", "不可以吃吗？" },
    };

    [Theory]
    [MemberData(nameof(Different))]
    public async Task QuestionsThatOnlyLookAlike_AreMisses(string first, string second)
    {
        await using var gateway = Lexical(semantic => semantic.SimilarityThreshold = 0.01);
        await gateway.AskAsync(first);
        Assert.Equal("answer 2", (await gateway.AskAsync(second)).Text);
    }

    [Theory]
    [MemberData(nameof(Different))]
    public async Task NumbersNegationsAndNames_AreGuardedAlsoWhenVectorsSayTheSame(string first, string second)
    {
        // Any two questions have the same vector here, as those above nearly have in real models.
        await using var gateway = WithGenerator((_, _, _) => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>([new Embedding<float>(new float[] { 1, 2 })])));
        await gateway.AskAsync(first);
        var guarded = !first.Contains("france", StringComparison.Ordinal) && !first.Contains("Graz", StringComparison.Ordinal);
        Assert.Equal(guarded ? "answer 2" : "answer 1", (await gateway.AskAsync(second)).Text);
    }

    [Fact]
    public async Task Generator_FindsParaphrases_ButNotOfOtherNames()
    {
        await using var gateway = WithGenerator((_, _, _) => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>([new Embedding<float>(new float[] { 1, 2 })])));
        await gateway.AskAsync("How do I get from Graz to the sea?");
        Assert.Equal(CacheMatch.Semantic, (await gateway.AskAsync("What would be a way to the sea, from Graz's station?")).GetCacheStatus()!.Match);
        Assert.Equal(CacheOutcome.Miss, (await gateway.AskAsync("What would be a way to the sea, from Linz?")).GetCacheStatus()!.Outcome);
    }

    [Fact]
    public async Task Threshold_IsTheCosine()
    {
        await using var gateway = WithGenerator(
            (values, _, _) => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>([new Embedding<float>(values.Single() == "base" ? new float[] { 3, 4 } : values.Single() == "near" ? new float[] { 4, 3 } : new float[] { 0, 9 })])),
            semantic => semantic.SimilarityThreshold = 0.9);
        await gateway.AskAsync("base");
        var near = await gateway.AskAsync("near");
        Assert.Equal(0.96, near.GetCacheStatus()!.Similarity!.Value, 5);
        Assert.Equal(CacheOutcome.Miss, (await gateway.AskAsync("far")).GetCacheStatus()!.Outcome);
    }

    [Fact]
    public async Task EverythingElse_MustBeTheSame()
    {
        await using var gateway = Lexical();
        ChatMessage[] Conversation(string system, string last) => [new(ChatRole.System, system), new(ChatRole.User, "before"), new(ChatRole.Assistant, "answered"), new(ChatRole.User, last)];
        Task<ChatResponse> Ask(ChatMessage[] messages, ChatOptions? options) => gateway.Clock.RunAsync(() => gateway.Chat.GetResponseAsync(messages, options));

        await Ask(Conversation("Be brief.", "What is a bridge?"), CacheGateway.Tenant("a"));
        Assert.Equal(CacheMatch.Semantic, (await Ask(Conversation("Be brief.", "what is a bridge"), CacheGateway.Tenant("a"))).GetCacheStatus()!.Match);

        Assert.Equal(CacheOutcome.Miss, (await Ask(Conversation("Be brief.", "what is a bridge"), CacheGateway.Tenant("b"))).GetCacheStatus()!.Outcome);
        Assert.Equal(CacheOutcome.Miss, (await Ask(Conversation("Be long.", "what is a bridge"), CacheGateway.Tenant("a"))).GetCacheStatus()!.Outcome);
        foreach (var options in (SiraChatOptions[])[new() { Temperature = 1 }, new() { ModelId = "a/m" }, new() { ResponseFormat = ChatResponseFormat.Json }, new() { Instructions = "x" }, new() { Tools = [AIFunctionFactory.Create(() => 1, "tool")] }])
        {
            options.Request = CacheGateway.Tenant("a").Request;
            Assert.Equal(CacheOutcome.Miss, (await Ask(Conversation("Be brief.", "what is a bridge"), options)).GetCacheStatus()!.Outcome);
        }
    }

    [Fact]
    public async Task OnlyPlainText_IsCompared()
    {
        await using var gateway = Lexical();
        await gateway.AskAsync("What is this?");
        var picture = new ChatMessage(ChatRole.User, [new TextContent("what is this"), new DataContent(new byte[] { 1 }, "image/png")]);
        Assert.Equal(CacheOutcome.Miss, (await gateway.Clock.RunAsync(() => gateway.Chat.GetResponseAsync([picture]))).GetCacheStatus()!.Outcome);
    }

    [Theory]
    [InlineData("throws")]
    [InlineData("none")]
    [InlineData("zero")]
    [InlineData("not a number")]
    [InlineData("hangs")]
    public async Task GeneratorThatFails_IsAMiss(string fault)
    {
        await using var gateway = WithGenerator((_, _, token) => fault switch
        {
            "throws" => throw new InvalidOperationException("broken"),
            "none" => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>()),
            "zero" => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>([new Embedding<float>(new float[2])])),
            "not a number" => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>([new Embedding<float>(new[] { float.NaN, 1 })])),
            _ => new TaskCompletionSource<GeneratedEmbeddings<Embedding<float>>>().Task,
        });

        Assert.Equal("answer 1", (await gateway.AskAsync("a")).Text);
        Assert.Equal("answer 2", (await gateway.AskAsync("b")).Text);
        Assert.Equal("answer 1", (await gateway.AskAsync("a")).Text);
        gateway.AssertIdle();
    }

    [Fact]
    public async Task EmbeddingRoute_IsUsedByName_AndBelongsToTheRequest()
    {
        var seen = new List<RequestContext?>();
        await using var gateway = WithGenerator((_, options, _) =>
        {
            seen.Add(RequestContext.Find(options));
            return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>([new Embedding<float>(new float[] { 1, 2 })]));
        });
        var options = CacheGateway.Tenant("a");
        await gateway.AskAsync("one", options);

        Assert.Same(options.Request, Assert.Single(seen));
    }

    [Fact]
    public void UnknownGenerator_IsAMistakeThatNamesIt()
    {
        var gateway = Lexical(semantic => semantic.EmbeddingGenerator = "nowhere");
        var exception = Assert.Throws<SiraConfigurationException>(() => gateway.Chat);
        Assert.Contains("'nowhere'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("embedding route", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_IsBounded_AndForgetsWithTheAnswers()
    {
        await using var gateway = new CacheGateway(cache =>
        {
            cache.TimeToLive = TimeSpan.FromMinutes(10);
            (cache.Semantic.Enabled, cache.Semantic.MaxEntriesPerPartition, cache.Semantic.MaxEntries) = (true, 2, 3);
        });
        gateway.Model.Delay = TimeSpan.Zero;
        foreach (var text in (string[])["What is red?", "What is green?", "What is blue?"])
        {
            await gateway.BeginAsync(text: text);
        }

        Assert.Equal(CacheOutcome.Miss, (await gateway.BeginAsync(text: "what is red", options: CacheGateway.With(CacheMode.ReadOnly))).GetCacheStatus()!.Outcome);
        Assert.Equal(CacheOutcome.Hit, (await gateway.BeginAsync(text: "what is green")).GetCacheStatus()!.Outcome);

        // Another tenant's questions push out the partition that was not used for longest.
        await gateway.BeginAsync(text: "What is red?", options: CacheGateway.Tenant("b"));
        await gateway.BeginAsync(text: "What is green?", options: CacheGateway.Tenant("b"));
        Assert.Equal(CacheOutcome.Miss, (await gateway.BeginAsync(text: "what is blue", options: CacheGateway.With(CacheMode.ReadOnly))).GetCacheStatus()!.Outcome);
        Assert.Equal(CacheOutcome.Hit, (await gateway.BeginAsync(text: "what is green", options: CacheGateway.Tenant("b"))).GetCacheStatus()!.Outcome);

        gateway.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(CacheOutcome.Miss, (await gateway.BeginAsync(text: "what is green", options: CacheGateway.Tenant("b"))).GetCacheStatus()!.Outcome);
    }

    [Fact]
    public async Task LongText_IsNotCompared()
    {
        await using var gateway = Lexical();
        var text = string.Concat(Enumerable.Repeat("word ", 2000));
        await gateway.AskAsync(text);
        Assert.Equal(CacheOutcome.Miss, (await gateway.AskAsync(text + "!")).GetCacheStatus()!.Outcome);
        Assert.Equal(CacheOutcome.Hit, (await gateway.AskAsync(text)).GetCacheStatus()!.Outcome);
    }

    private static CacheGateway WithGenerator(Func<IEnumerable<string>, EmbeddingGenerationOptions?, CancellationToken, Task<GeneratedEmbeddings<Embedding<float>>>> generate, Action<SemanticCacheOptions>? semantic = null) => new(
        cache =>
        {
            (cache.Semantic.Enabled, cache.Semantic.EmbeddingGenerator) = (true, "vectors");
            semantic?.Invoke(cache.Semantic);
        },
        sira => sira.Services.AddKeyedSingleton<IEmbeddingGenerator<string, Embedding<float>>>("vectors", new Generator(generate)));

    private sealed class Generator(Func<IEnumerable<string>, EmbeddingGenerationOptions?, CancellationToken, Task<GeneratedEmbeddings<Embedding<float>>>> generate) : IEmbeddingGenerator<string, Embedding<float>>
    {
        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) => generate(values, options, cancellationToken);

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
