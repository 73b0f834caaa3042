using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Errors;
using Sira.Gateway.Caching;
using Sira.Gateway.Tests.Caching.Support;
using Sira.Gateway.Tests.Support;
using Sira.Requests;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Caching;

/// <summary>The same request, asked by many at the same time.</summary>
public class FlightTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task SameRequestsAtTheSameTime_AreOneCall(bool leader, bool follower)
    {
        await using var gateway = new CacheGateway();
        var start = gateway.Clock.GetUtcNow();
        var thread = Environment.CurrentManagedThreadId;

        var answers = await gateway.Clock.RunAsync(async () =>
        {
            Task<ChatResponse>[] tasks = [gateway.BeginAsync(leader), .. Enumerable.Range(0, 20).Select(_ => gateway.BeginAsync(follower))];
            var responses = await Task.WhenAll(tasks);
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            return responses;
        });

        Assert.Equal(1, gateway.Model.Calls);
        Assert.All(answers, answer => Assert.Equal("answer 1", answer.Text));
        Assert.Equal(CacheOutcome.Miss, answers[0].GetCacheStatus()!.Outcome);
        Assert.All(answers[1..], answer => Assert.Equal((CacheOutcome.Hit, true, TimeSpan.Zero), (answer.GetCacheStatus()!.Outcome, answer.GetCacheStatus()!.IsCoalesced, answer.GetCacheStatus()!.Age)));
        Assert.Equal(TimeSpan.FromSeconds(leader ? 2 : 1), gateway.Clock.GetUtcNow() - start);
        Assert.Equal(21, answers.Distinct(ReferenceEqualityComparer.Instance).Count());
        gateway.AssertIdle();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LeaderThatCancels_LeavesTheCallToTheOthers(bool streaming)
    {
        await using var gateway = new CacheGateway();
        using var source = new CancellationTokenSource();

        await gateway.Clock.RunAsync(async () =>
        {
            var leader = gateway.BeginAsync(streaming, cancellationToken: source.Token);
            var followers = new[] { gateway.BeginAsync(false), gateway.BeginAsync(true) };
            await Pass(gateway, TimeSpan.FromMilliseconds(500));
            source.Cancel();
            var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
            Assert.Equal(source.Token, exception.CancellationToken);
            Assert.All(await Task.WhenAll(followers), answer => Assert.Equal("answer 1", answer.Text));
        });

        Assert.Equal((1, 0), (gateway.Model.Calls, gateway.Model.Ended));
        Assert.Equal("answer 1", (await gateway.AskAsync()).Text);
        gateway.AssertIdle();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FollowerThatCancels_EndsOnlyItsOwnWait(bool streaming)
    {
        await using var gateway = new CacheGateway();
        using var source = new CancellationTokenSource();

        await gateway.Clock.RunAsync(async () =>
        {
            var leader = gateway.BeginAsync(streaming);
            var leaving = gateway.BeginAsync(streaming, cancellationToken: source.Token);
            var staying = gateway.BeginAsync(streaming);
            source.Cancel();
            Assert.True(leaving.IsCompleted);
            Assert.Equal(source.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving)).CancellationToken);
            Assert.Equal("answer 1", (await leader).Text);
            Assert.Equal("answer 1", (await staying).Text);
        });

        Assert.Equal((1, 0), (gateway.Model.Calls, gateway.Model.Ended));
        gateway.AssertIdle();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Follower_KeepsItsOwnDeadline_AndTheOthersGetTheirAnswer(bool streaming)
    {
        await using var gateway = new CacheGateway();
        var start = gateway.Clock.GetUtcNow();
        var options = new SiraChatOptions { Request = new RequestContext(gateway.Clock.GetTimestamp(), new RequestBudget { MaxDuration = TimeSpan.FromMilliseconds(300) }) };

        await gateway.Clock.RunAsync(async () =>
        {
            var leader = gateway.BeginAsync(streaming);
            var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.BeginAsync(streaming, options: options));
            Assert.Equal(RequestFailureKind.DeadlineExceeded, exception.Kind);
            Assert.Contains("0.3 s", exception.Message, StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromMilliseconds(300), gateway.Clock.GetUtcNow() - start);
            Assert.Equal("answer 1", (await leader).Text);
        });

        Assert.Equal(1, gateway.Model.Calls);
        gateway.AssertIdle();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhenAllHaveLeft_TheCallIsCancelledBeforeTheyReturn(bool streaming)
    {
        await using var gateway = new CacheGateway();
        using var source = new CancellationTokenSource();

        await gateway.Clock.RunAsync(async () =>
        {
            var tasks = new[] { gateway.BeginAsync(streaming, cancellationToken: source.Token), gateway.BeginAsync(streaming, cancellationToken: source.Token), gateway.BeginAsync(streaming, cancellationToken: source.Token) };
            await Pass(gateway, TimeSpan.FromMilliseconds(500));
            source.Cancel();
            Assert.All(tasks, task => Assert.True(task.IsCanceled));
            Assert.Equal((1, 0, 1), (gateway.Model.Calls, gateway.Model.Running, gateway.Model.Ended));
        });

        gateway.AssertIdle();
        Assert.Equal("answer 2", (await gateway.AskAsync()).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LeaderThatFails_DoesNotFailTheOthers(bool streaming)
    {
        await using var gateway = new CacheGateway();
        gateway.Model.Answer = number => number == 1 ? throw Scripted.Error(BackendErrorKind.ServerError) : CountedModel.Text($"answer {number}");

        await gateway.Clock.RunAsync(async () =>
        {
            var leader = gateway.BeginAsync(streaming);
            var followers = Enumerable.Range(0, 5).Select(_ => gateway.BeginAsync(streaming)).ToArray();
            Assert.Equal(RequestFailureKind.AttemptsFailed, (await Assert.ThrowsAsync<RequestFailedException>(() => leader)).Kind);
            Assert.All(await Task.WhenAll(followers), answer => Assert.Equal("answer 2", answer.Text));
        });

        // The next one led, the others waited for it.
        Assert.Equal(2, gateway.Model.Calls);
        gateway.AssertIdle();
    }

    [Fact]
    public async Task WhenEverythingFails_NobodyWaitsForMoreThanTwoOthers()
    {
        await using var gateway = new CacheGateway(configure: sira => sira.ConfigureGateway(options => options.Breaker = options.Breaker with { ConsecutiveFailures = 1000, MinimumThroughput = 1000 }));
        gateway.Model.Answer = _ => throw Scripted.Error(BackendErrorKind.ServerError);
        var start = gateway.Clock.GetUtcNow();

        await gateway.Clock.RunAsync(async () =>
        {
            foreach (var task in Enumerable.Range(0, 10).Select(_ => gateway.BeginAsync()).ToArray())
            {
                await Assert.ThrowsAsync<RequestFailedException>(() => task);
            }
        });

        Assert.Equal(10, gateway.Model.Calls);
        Assert.Equal(TimeSpan.FromSeconds(3), gateway.Clock.GetUtcNow() - start);
        gateway.AssertIdle();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnswerThatMayNotBeShared_IsAskedForByEach(bool streaming)
    {
        await using var gateway = new CacheGateway();
        gateway.Model.Answer = number => new ChatResponse(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent($"call {number}", "tool")])) { FinishReason = ChatFinishReason.ToolCalls };

        var answers = await gateway.Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 4).Select(_ => gateway.BeginAsync(streaming))));

        Assert.Equal(4, gateway.Model.Calls);
        Assert.Equal(4, answers.Select(answer => answer.Messages.Single().Contents.OfType<FunctionCallContent>().Single().CallId).Distinct().Count());
        gateway.AssertIdle();
    }

    [Fact]
    public async Task LeaderThatReadsSlowly_HoldsUpNobody()
    {
        await using var gateway = new CacheGateway();

        await gateway.Clock.RunAsync(async () =>
        {
            await using var leader = gateway.Chat.GetStreamingResponseAsync("What is a bridge?").GetAsyncEnumerator();
            Assert.True(await leader.MoveNextAsync());

            // The leader does not read on; even its own second question, inside the loop, is answered.
            Assert.Equal("answer 1", (await gateway.BeginAsync()).Text);
            Assert.Equal("answer 1", (await gateway.BeginAsync(streaming: true)).Text);

            var text = leader.Current.Text;
            while (await leader.MoveNextAsync())
            {
                text += leader.Current.Text;
            }

            Assert.Equal("answer 1", text);
        });

        Assert.Equal(1, gateway.Model.Calls);
        gateway.AssertIdle();
    }

    [Fact]
    public async Task StreamThatIsAbandoned_IsNotStored_UnlessOthersWaitForIt()
    {
        await using var gateway = new CacheGateway();
        await gateway.Clock.RunAsync(async () =>
        {
            await foreach (var update in gateway.Chat.GetStreamingResponseAsync("What is a bridge?"))
            {
                break;
            }

            Assert.Equal((1, 0, 1), (gateway.Model.Calls, gateway.Model.Running, gateway.Model.Ended));
            await using (var second = gateway.Chat.GetStreamingResponseAsync("What is a bridge?").GetAsyncEnumerator())
            {
                Assert.True(await second.MoveNextAsync());
                var follower = gateway.BeginAsync();
                await second.DisposeAsync();
                Assert.Equal("answer 2", (await follower).Text);
            }
        });

        Assert.Equal("answer 2", (await gateway.AskAsync()).Text);
        Assert.Equal((2, 1), (gateway.Model.Calls, gateway.Model.Ended));
        gateway.AssertIdle();
    }

    [Fact]
    public async Task ReadOnlyRequest_JoinsButDoesNotLead_AndRefreshGoesAlone()
    {
        await using var gateway = new CacheGateway();

        await gateway.Clock.RunAsync(async () =>
        {
            var readers = new[] { gateway.BeginAsync(options: CacheGateway.With(CacheMode.ReadOnly)), gateway.BeginAsync(options: CacheGateway.With(CacheMode.ReadOnly)) };
            await Task.WhenAll(readers);
            Assert.Equal(2, gateway.Model.Calls);

            var leader = gateway.BeginAsync();
            var reader = gateway.BeginAsync(options: CacheGateway.With(CacheMode.ReadOnly));
            var refresher = gateway.BeginAsync(options: CacheGateway.With(CacheMode.Refresh));
            Assert.Equal("answer 3", (await leader).Text);
            Assert.Equal("answer 3", (await reader).Text);
            Assert.Equal("answer 4", (await refresher).Text);
        });

        Assert.Equal("answer 4", (await gateway.AskAsync()).Text);
        gateway.AssertIdle();
    }

    /// <summary>A caller that cancels at any time at all gets its cancellation, leaves nothing behind, and takes nothing from the others.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CancellationAtEveryMoment_LeavesNothingBehind(bool streaming)
    {
        for (var milliseconds = 0; milliseconds <= 2500; milliseconds += 250)
        {
            await using var gateway = new CacheGateway(cache => cache.StaleFor = TimeSpan.FromHours(1));
            using var source = new CancellationTokenSource();
            await gateway.Clock.RunAsync(async () =>
            {
                var leader = gateway.BeginAsync(streaming, cancellationToken: source.Token);
                var follower = gateway.BeginAsync(!streaming, cancellationToken: source.Token);
                var staying = milliseconds % 500 == 0 ? gateway.BeginAsync(streaming) : null;
                await Pass(gateway, TimeSpan.FromMilliseconds(milliseconds));
                source.Cancel();
                foreach (var task in (Task<ChatResponse>[])[leader, follower])
                {
                    Assert.True(task.IsCompleted, $"still waiting after a cancellation at {milliseconds} ms");
                    Assert.True(task.IsCompletedSuccessfully ? task.Result.Text == "answer 1" : task.IsCanceled, $"at {milliseconds} ms: {task.Exception}");
                }

                if (staying is not null)
                {
                    Assert.Equal("answer 1", (await staying).Text);
                }
            });
            gateway.AssertIdle();
        }
    }

    /// <summary>Real threads: whatever the order, each caller gets its answer and no call of a key is made twice while one could be shared.</summary>
    [Fact]
    public async Task ManyThreads_GetTheRightAnswer()
    {
        await using var gateway = new CacheGateway(cache => cache.MaxEntries = 8);
        gateway.Model.Delay = TimeSpan.Zero;
        gateway.Model.Answer = _ => CountedModel.Text("whole answer of several words");

        await Parallel.ForEachAsync(Enumerable.Range(0, 4000), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, token) =>
        {
            var response = await gateway.BeginAsync(streaming: number % 3 == 0, text: $"question {number % 20}", options: number % 50 == 0 ? CacheGateway.With(CacheMode.Refresh) : null, cancellationToken: token);
            Assert.Equal("whole answer of several words", response.Text);
        });

        Assert.Equal(0, gateway.Cache.Flights.Count);
        Assert.InRange(gateway.Model.Calls, 20, 4000);
    }

    private static Task Pass(CacheGateway gateway, TimeSpan time) => Kernel.Time.InlineDelay.WaitAsync(time, gateway.Clock, CancellationToken.None);
}
