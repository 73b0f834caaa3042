using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Gateway.Caching;
using Sira.Gateway.Tests.Caching.Support;
using Sira.Requests;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Caching;

public class HitTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task SameRequest_IsAnsweredFromTheCache_WholeOrAsAStream(bool first, bool second)
    {
        await using var gateway = new CacheGateway();

        var asked = await gateway.AskAsync(streaming: first);
        gateway.Clock.Advance(TimeSpan.FromMinutes(5));
        var start = gateway.Clock.GetUtcNow();
        var again = await gateway.AskAsync(streaming: second);

        Assert.Equal(1, gateway.Model.Calls);
        Assert.Equal("answer 1", asked.Text);
        Assert.Equal("answer 1", again.Text);
        Assert.Equal(start, gateway.Clock.GetUtcNow());
        Assert.Equal((CacheOutcome.Miss, null, null), (asked.GetCacheStatus()!.Outcome, asked.GetCacheStatus()!.Match, asked.GetCacheStatus()!.Age));
        var status = again.GetCacheStatus()!;
        Assert.Equal((CacheOutcome.Hit, CacheMatch.Exact, TimeSpan.FromMinutes(5), null, "a/m", DegradedMode.None), (status.Outcome, status.Match, status.Age, status.Similarity, status.Target, status.Degraded));
        Assert.Equal((ChatFinishReason.Stop, "response", "m", "message"), (again.FinishReason, again.ResponseId, again.ModelId, again.Messages.Single().MessageId));
        Assert.Equal(8, again.Usage!.TotalTokenCount);
        Assert.NotNull(asked.GetRouteDecision());
        Assert.Null(again.GetRouteDecision());
        gateway.AssertIdle();
    }

    [Fact]
    public async Task Hit_CostsTheRequestNothing()
    {
        await using var gateway = new CacheGateway();
        await gateway.AskAsync();
        var request = new RequestContext(gateway.Clock.GetTimestamp(), new RequestBudget { MaxAttempts = 0, MaxTokens = 0 });

        var hit = await gateway.AskAsync(options: new SiraChatOptions { Request = request });

        Assert.Equal(CacheOutcome.Hit, hit.GetCacheStatus()!.Outcome);
        Assert.Equal((0, 0L, 0m, 0), (request.Attempts, request.Tokens, request.Cost, request.UnpricedCalls));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CallerThatChangesItsResponse_DoesNotChangeTheCache(bool streaming)
    {
        await using var gateway = new CacheGateway();
        gateway.Model.Answer = _ => new ChatResponse(new ChatMessage(ChatRole.Assistant, [new TextReasoningContent("thought"), new TextContent("kept") { AdditionalProperties = new() { ["a"] = "b" } }])) { FinishReason = ChatFinishReason.Stop, Usage = new() { InputTokenCount = 1 } };

        for (var i = 0; i < 3; i++)
        {
            var response = await Take(i == 0);
            Assert.Equal("kept", response.Text);
            Assert.Equal(1, response.Usage!.InputTokenCount);
            var contents = response.Messages.Single().Contents;
            Assert.Equal("b", contents.OfType<TextContent>().Single().AdditionalProperties!["a"]);
            Assert.Equal("thought", contents.OfType<TextReasoningContent>().Single().Text);
            contents.OfType<TextContent>().Single().Text = "spoilt";
            contents.OfType<TextContent>().Single().AdditionalProperties!["a"] = "spoilt";
            contents.Clear();
            response.Messages.Add(new ChatMessage(ChatRole.User, "spoilt"));
            response.Usage.InputTokenCount = 99;
        }

        Assert.Equal(1, gateway.Model.Calls);

        // The stream is spoilt while it passes.
        Task<ChatResponse> Take(bool first) => first && streaming
            ? gateway.Clock.RunAsync(async () =>
            {
                List<ChatResponseUpdate> copies = [];
                await foreach (var update in gateway.Chat.GetStreamingResponseAsync("What is a bridge?"))
                {
                    copies.Add(new ChatResponseUpdate(update.Role, [.. update.Contents.Select(Copy)]) { MessageId = update.MessageId, FinishReason = update.FinishReason, AdditionalProperties = update.AdditionalProperties });
                    foreach (var content in update.Contents)
                    {
                        if (content is TextContent text)
                        {
                            text.Text = "spoilt";
                            (text.AdditionalProperties ??= [])["a"] = "spoilt";
                        }
                        else if (content is UsageContent usage)
                        {
                            usage.Details.InputTokenCount = 99;
                        }
                    }

                    update.Contents.Clear();
                    update.FinishReason = ChatFinishReason.Length;
                }

                return copies.ToChatResponse();
            })
            : gateway.AskAsync(streaming: streaming);

        static AIContent Copy(AIContent content) => content switch
        {
            TextContent text => new TextContent(text.Text) { AdditionalProperties = text.AdditionalProperties is { } properties ? new(properties) : null },
            UsageContent usage => new UsageContent(new UsageDetails { InputTokenCount = usage.Details.InputTokenCount }),
            _ => content,
        };
    }

    [Fact]
    public async Task RichAnswer_ComesBackWhole()
    {
        await using var gateway = new CacheGateway();
        byte[] picture = [1, 2, 3];
        gateway.Model.Answer = _ => new ChatResponse(
        [
            new ChatMessage(ChatRole.Assistant, [new TextReasoningContent("thought") { ProtectedData = "signature" }, new TextContent("see") { Annotations = [new CitationAnnotation { Title = "title", Url = new Uri("https://example.com/a"), Snippet = "snippet", AnnotatedRegions = [new TextSpanAnnotatedRegion { StartIndex = 0, EndIndex = 3 }] }] }])
            {
                AuthorName = "author",
                AdditionalProperties = new() { ["text"] = "x", ["true"] = true, ["int"] = 1, ["double"] = 0.5 },
            },
            new ChatMessage(ChatRole.Assistant, [new DataContent(picture, "image/png") { Name = "picture" }, new UriContent("https://example.com/b", "text/html")]),
        ])
        {
            FinishReason = ChatFinishReason.Stop,
            CreatedAt = new DateTimeOffset(2025, 1, 2, 3, 4, 5, TimeSpan.Zero),
            AdditionalProperties = new() { ["stop_sequence"] = "END" },
        };

        foreach (var streaming in (bool[])[false, false, true])
        {
            var response = await gateway.AskAsync(streaming: streaming);
            var contents = response.Messages.SelectMany(message => message.Contents).ToArray();
            Assert.Equal(("thought", "signature"), (Assert.IsType<TextReasoningContent>(contents[0]).Text, ((TextReasoningContent)contents[0]).ProtectedData));
            var citation = Assert.IsType<CitationAnnotation>(Assert.Single(Assert.IsType<TextContent>(contents[1]).Annotations!));
            Assert.Equal(("title", "https://example.com/a", "snippet", 3), (citation.Title, citation.Url!.OriginalString, citation.Snippet, ((TextSpanAnnotatedRegion)citation.AnnotatedRegions!.Single()).EndIndex));
            var data = Assert.IsType<DataContent>(contents[2]);
            Assert.Equal(("image/png", "picture"), (data.MediaType, data.Name));
            Assert.Equal(picture, data.Data.ToArray());
            Assert.Equal("https://example.com/b", Assert.IsType<UriContent>(contents[3]).Uri.OriginalString);
            Assert.Equal("author", response.Messages[0].AuthorName);
            Assert.Equal(("x", true, 1, 0.5), ((string?)response.Messages[0].AdditionalProperties!["text"], (bool?)response.Messages[0].AdditionalProperties!["true"], (int?)response.Messages[0].AdditionalProperties!["int"], (double?)response.Messages[0].AdditionalProperties!["double"]));
            Assert.Equal("END", response.AdditionalProperties!["stop_sequence"]);
            Assert.Equal(2025, response.CreatedAt!.Value.Year);
        }

        Assert.Equal(1, gateway.Model.Calls);
    }

    [Fact]
    public async Task Replay_IsAStreamWithTheMarkLast()
    {
        await using var gateway = new CacheGateway();
        gateway.Model.Answer = _ => new ChatResponse(new ChatMessage(ChatRole.Assistant, [new TextReasoningContent("thought"), new TextContent("said")])) { FinishReason = ChatFinishReason.Stop, Usage = new() { InputTokenCount = 1 } };
        await gateway.AskAsync();

        var updates = await gateway.Chat.GetStreamingResponseAsync("What is a bridge?").ToListAsync();

        Assert.Equal(3, updates.Count);
        Assert.IsType<TextReasoningContent>(Assert.Single(updates[0].Contents));
        Assert.Equal("said", updates[1].Text);
        Assert.Equal(ChatFinishReason.Stop, updates[2].FinishReason);
        Assert.IsType<UsageContent>(Assert.Single(updates[2].Contents));
        Assert.Equal([false, false, true], updates.Select(update => update.GetCacheStatus() is not null));
    }

    [Fact]
    public async Task Entry_ExpiresInItsTime()
    {
        await using var gateway = new CacheGateway(cache => cache.TimeToLive = TimeSpan.FromMinutes(10));
        await gateway.AskAsync();
        gateway.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        Assert.Equal("answer 1", (await gateway.AskAsync()).Text);

        // A hit does not prolong it.
        gateway.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("answer 2", (await gateway.AskAsync()).Text);
        Assert.Equal("answer 2", (await gateway.AskAsync()).Text);
        Assert.Equal(2, gateway.Model.Calls);
    }

    [Fact]
    public async Task ReplayThatIsCancelled_Ends()
    {
        await using var gateway = new CacheGateway();
        await gateway.AskAsync();
        using var source = new CancellationTokenSource();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in gateway.Chat.GetStreamingResponseAsync("What is a bridge?", cancellationToken: source.Token))
            {
                source.Cancel();
            }
        });

        Assert.Equal(source.Token, exception.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.Chat.GetResponseAsync("What is a bridge?", cancellationToken: source.Token));
    }

    [Fact]
    public async Task EventsAndMarks_TellOfEachRequest()
    {
        await using var gateway = new CacheGateway();
        var request = new RequestContext(gateway.Clock.GetTimestamp());

        await gateway.AskAsync(options: new SiraChatOptions { Request = request });
        await gateway.AskAsync(options: new SiraChatOptions { Request = request });
        await gateway.AskAsync(options: CacheGateway.With(CacheMode.Bypass));

        var miss = Assert.Single(gateway.Misses);
        Assert.Equal((request, null, true), (miss.Request, miss.Route, miss.IsStored));
        var hit = Assert.Single(gateway.Hits);
        Assert.Equal((request, null, CacheOutcome.Hit, 8L), (hit.Request, hit.Route, hit.Status.Outcome, hit.Usage!.TotalTokenCount));
    }
}
