using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Caching;
using Sira.Gateway.Tests.Caching.Support;
using Sira.Pipeline;
using Sira.Requests;
using Sira.Simulation.Time;
using Sira.Testing;

namespace Sira.Gateway.Tests.Caching;

public class StaleTests
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan StaleFor = TimeSpan.FromMinutes(5);

    public static TheoryData<RequestFailureKind, bool, bool> Kinds => [.. Enum.GetValues<RequestFailureKind>().SelectMany(kind => new[]
    {
        (kind, IsExcusable(kind), false),
        (kind, IsExcusable(kind), true),
    })];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task FailureOfTheInnerPipeline_IsAnsweredByWhatHasExpired_IfNothingElseHelps(RequestFailureKind kind, bool answered, bool streaming)
    {
        var (chat, clock, inner) = Create();
        inner.Reply("old").Throw(new RequestFailedException(kind, "failed.", decision: null));
        await Ask(chat, streaming);
        clock.Advance(TimeToLive);

        if (!answered)
        {
            Assert.Equal(kind, (await Assert.ThrowsAsync<RequestFailedException>(() => Ask(chat, streaming))).Kind);
            return;
        }

        var response = await Ask(chat, streaming);

        Assert.Equal("old", response.Text);
        var status = response.GetCacheStatus()!;
        Assert.Equal((CacheOutcome.StaleHit, CacheMatch.Exact, TimeToLive, DegradedMode.StaleCache), (status.Outcome, status.Match, status.Age, status.Degraded));
    }

    [Theory]
    [InlineData(BackendErrorKind.ContentPolicy, false)]
    [InlineData(BackendErrorKind.BadRequest, true)]
    public async Task RefusalOrMistake_IsNotAnsweredByWhatHasExpired(BackendErrorKind kind, bool streaming)
    {
        var (chat, clock, inner) = Create();
        inner.Reply("old").Throw(new RequestFailedException(RequestFailureKind.AttemptsFailed, "refused.", decision: null, new BackendException(kind, "refused.")));
        await Ask(chat, streaming);
        clock.Advance(TimeToLive);

        Assert.Equal(kind, (await Assert.ThrowsAsync<RequestFailedException>(() => Ask(chat, streaming))).BackendError);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StaleAnswer_HasItsTime_AndDoesNotBecomeFresh(bool streaming)
    {
        var (chat, clock, inner) = Create();
        var failure = new RequestFailedException(RequestFailureKind.AttemptsFailed, "failed.", decision: null);
        inner.Reply("old").Throw(failure).Throw(failure).Throw(failure).Reply("new");
        await Ask(chat, streaming);

        clock.Advance(TimeToLive);
        Assert.Equal("old", (await Ask(chat, streaming)).Text);
        clock.Advance(StaleFor - TimeSpan.FromTicks(1));
        Assert.Equal("old", (await Ask(chat, streaming)).Text);
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Same(failure, await Assert.ThrowsAsync<RequestFailedException>(() => Ask(chat, streaming)));
        Assert.Equal("new", (await Ask(chat, streaming)).Text);
    }

    [Fact]
    public async Task WithoutStaleFor_NothingStaleIsAnswered()
    {
        var (chat, clock, inner) = Create(TimeSpan.Zero);
        inner.Reply("old").Throw(new RequestFailedException(RequestFailureKind.AttemptsFailed, "failed.", decision: null));
        await Ask(chat, false);
        clock.Advance(TimeToLive);

        await Assert.ThrowsAsync<RequestFailedException>(() => Ask(chat, false));
    }

    [Fact]
    public async Task OtherExceptions_AreNotExcused()
    {
        var (chat, clock, inner) = Create();
        inner.Reply("old").Throw(new InvalidOperationException("a mistake"));
        await Ask(chat, false);
        clock.Advance(TimeToLive);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Ask(chat, false));
    }

    [Fact]
    public async Task RequestForAFreshAnswer_GetsNoStaleOne()
    {
        var (chat, clock, inner) = Create();
        inner.Reply("old").Throw(new RequestFailedException(RequestFailureKind.AttemptsFailed, "failed.", decision: null));
        await Ask(chat, false);
        clock.Advance(TimeToLive);

        await Assert.ThrowsAsync<RequestFailedException>(() => chat.GetResponseAsync("What is a bridge?", CacheGateway.With(CacheMode.Refresh)));
    }

    [Fact]
    public async Task StreamThatFailsAfterItHasBegun_IsNotContinuedByAnother()
    {
        var (chat, clock, inner) = Create();
        inner.Reply("old").Stream(_ => Broken());
        await Ask(chat, true);
        clock.Advance(TimeToLive);

        var updates = new List<ChatResponseUpdate>();
        await Assert.ThrowsAsync<RequestFailedException>(async () =>
        {
            await foreach (var update in chat.GetStreamingResponseAsync("What is a bridge?"))
            {
                updates.Add(update);
            }
        });

        Assert.Equal("begun", updates.ToChatResponse().Text);

        static async IAsyncEnumerable<ChatResponseUpdate> Broken()
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, "begun");
            await Task.CompletedTask;
            throw new RequestFailedException(RequestFailureKind.AttemptsFailed, "failed.", decision: null);
        }
    }

    [Fact]
    public async Task AllWhoWait_GetTheStaleAnswer()
    {
        await using var gateway = new CacheGateway(cache => (cache.TimeToLive, cache.StaleFor) = (TimeToLive, StaleFor));
        await gateway.AskAsync();
        gateway.Model.Answer = _ => throw Sira.Gateway.Tests.Support.Scripted.Error(BackendErrorKind.ServerError);
        gateway.Clock.Advance(TimeToLive);

        var answers = await gateway.Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 5).Select(number => gateway.BeginAsync(streaming: number % 2 == 1))));

        Assert.All(answers, answer => Assert.Equal(("answer 1", CacheOutcome.StaleHit), (answer.Text, answer.GetCacheStatus()!.Outcome)));
        Assert.Equal(2, gateway.Model.Calls);
        gateway.AssertIdle();
    }

    private static bool IsExcusable(RequestFailureKind kind) =>
        kind is RequestFailureKind.AttemptsFailed or RequestFailureKind.NoCandidate or RequestFailureKind.BudgetExceeded or RequestFailureKind.Overloaded or RequestFailureKind.DeadlineExceeded;

    private static (IChatClient Chat, VirtualTimeProvider Clock, ScriptedChatClient Inner) Create(TimeSpan? staleFor = null)
    {
        var clock = new VirtualTimeProvider();
        var inner = new ScriptedChatClient();
        var chat = new SiraPipelineBuilder(inner).UseCache(cache => (cache.TimeProvider, cache.TimeToLive, cache.StaleFor) = (clock, TimeToLive, staleFor ?? StaleFor)).Build();
        return (chat, clock, inner);
    }

    private static Task<ChatResponse> Ask(IChatClient chat, bool streaming) =>
        streaming ? chat.GetStreamingResponseAsync("What is a bridge?").ToChatResponseAsync() : chat.GetResponseAsync("What is a bridge?");
}
