using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Configuration;
using Sira.Gateway.Configuration.Traffic;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Time;
using Sira.Requests;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Capacity;

/// <summary>Calls that wait for room instead of failing: in which order, for how long, and what is left when they give up.</summary>
public class QueueTests
{
    public static TheoryData<bool> Streaming => [false, true];

    private static PacedGateway Queued(int length = 100, double wait = 30, Action<RouteBuilder>? route = null, Action<GatewayOptions>? gateway = null) => new(
        builder =>
        {
            builder.Configure(options =>
            {
                options.Targets = ["a/m"];
                options.Queue.MaxLength = length;
                options.Queue.MaxWait = TimeSpan.FromSeconds(wait);
            });
            route?.Invoke(builder);
        },
        options =>
        {
            options.Limits.Add(new TargetLimitOptions { Target = "a", Concurrency = 1 });
            gateway?.Invoke(options);
        });

    private static SiraChatOptions Options(PacedGateway paced, int priority = 0, RequestBudget? budget = null) =>
        new() { Request = budget is null ? new RequestContext(paced.Gateway.Clock.GetTimestamp()) { Priority = priority } : new RequestContext(paced.Gateway.Clock.GetTimestamp(), budget) { Priority = priority } };

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task Calls_WaitAndGoOn_ByPriority_AndInTheirOrder(bool streaming)
    {
        await using var paced = Queued();
        var order = new List<string>();
        await paced.Gateway.Clock.RunAsync(async () =>
        {
            var calls = new List<Task>();
            foreach (var (name, priority) in new[] { ("first", 0), ("low", -1), ("a", 0), ("b", 0), ("high", 5), ("c", 0), ("higher", 9) })
            {
                calls.Add(RunAsync(name, priority));
                await InlineDelay.WaitAsync(TimeSpan.FromMilliseconds(1), paced.Gateway.Clock, CancellationToken.None);
            }

            await Task.WhenAll(calls);
        });

        Assert.Equal(["first", "higher", "high", "a", "b", "c", "low"], order);
        Assert.Equal((7, 1), (paced.A.Calls, paced.A.MostOpen));
        paced.AssertIdle();

        async Task RunAsync(string name, int priority)
        {
            await paced.BeginAsync(streaming, Options(paced, priority));
            order.Add(name);
        }
    }

    [Fact]
    public async Task NewCall_DoesNotPassThoseWhoWait()
    {
        await using var paced = Queued();
        var order = new List<int>();
        await paced.Gateway.Clock.RunAsync(async () =>
        {
            var calls = Enumerable.Range(0, 5).Select(RunAsync).ToList();

            // At this very instant the first ends, and the place belongs to the second.
            await InlineDelay.WaitAsync(TimeSpan.FromMilliseconds(100), paced.Gateway.Clock, CancellationToken.None);
            calls.Add(RunAsync(5));
            await Task.WhenAll(calls);
        });

        Assert.Equal(Enumerable.Range(0, 6), order);

        async Task RunAsync(int number)
        {
            await paced.BeginAsync();
            order.Add(number);
        }
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task WaitThatIsTooLong_IsAnErrorThatSaysWhatToChange(bool streaming)
    {
        await using var paced = Queued(wait: 2);
        paced.A.Milliseconds = static _ => 10_000;
        await paced.Gateway.Clock.RunAsync(async () =>
        {
            var running = paced.BeginAsync(streaming);
            var before = paced.Gateway.Clock.GetUtcNow();

            var failure = await Assert.ThrowsAsync<RequestFailedException>(() => paced.BeginAsync(streaming));

            Assert.Equal(TimeSpan.FromSeconds(2), paced.Gateway.Clock.GetUtcNow() - before);
            Assert.Equal(RequestFailureKind.Overloaded, failure.Kind);
            Assert.Equal("The call waited 2 s in the queue of the route 'default', and no target had room for it: concurrency limit of a. Raise its MaxWait, or the Limits of its targets.", failure.Message);
            Assert.Empty(failure.Decision!.Attempts);
            await running;
        });
        Assert.Equal(1, paced.A.Calls);
        paced.AssertIdle();
    }

    [Fact]
    public async Task FullQueue_RefusesTheLowestPriority()
    {
        await using var paced = Queued(length: 2);
        paced.A.Milliseconds = static _ => 1000;
        await paced.Gateway.Clock.RunAsync(async () =>
        {
            var running = paced.BeginAsync();
            var (low, middle) = (paced.BeginAsync(options: Options(paced, 1)), paced.BeginAsync(options: Options(paced, 2)));

            var refused = await Assert.ThrowsAsync<RequestFailedException>(() => paced.BeginAsync(options: Options(paced, 0)));
            Assert.Equal(RequestFailureKind.Overloaded, refused.Kind);
            Assert.Equal("The queue of the route 'default' is full: 2 calls of the same or a higher priority wait already. Raise its MaxLength, or the Limits of its targets.", refused.Message);

            var high = paced.BeginAsync(options: Options(paced, 3));
            var driven = await Assert.ThrowsAsync<RequestFailedException>(() => low);
            Assert.Contains("is full", driven.Message, StringComparison.Ordinal);
            await Task.WhenAll(running, middle, high);
        });
        Assert.Equal(3, paced.A.Calls);
        paced.AssertIdle();
    }

    [Theory]
    [MemberData(nameof(Streaming))]
    public async Task CallersMaxDuration_EndsTheWait(bool streaming)
    {
        await using var paced = Queued();
        paced.A.Milliseconds = static _ => 10_000;
        await paced.Gateway.Clock.RunAsync(async () =>
        {
            var running = paced.BeginAsync(streaming);
            var before = paced.Gateway.Clock.GetUtcNow();

            var failure = await Assert.ThrowsAsync<RequestFailedException>(() => paced.BeginAsync(streaming, Options(paced, budget: new RequestBudget { MaxDuration = TimeSpan.FromSeconds(3) })));

            Assert.Equal((RequestFailureKind.DeadlineExceeded, TimeSpan.FromSeconds(3)), (failure.Kind, paced.Gateway.Clock.GetUtcNow() - before));
            await running;
        });
        paced.AssertIdle();
    }

    public static TheoryData<bool, int> Moments => new(from streaming in (bool[])[false, true] from at in (int[])[0, 1, 50, 99, 100, 101, 150, 199, 200] select (streaming, at));

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task CallerThatCancels_WhileItWaits_LeavesNothing_AndKeepsNobodyWaiting(bool streaming, int at)
    {
        await using var paced = Queued();
        var outcomes = new List<Exception?>();
        await paced.Gateway.Clock.RunAsync(async () =>
        {
            using var source = new CancellationTokenSource();
            var calls = new[] { paced.BeginAsync(streaming), paced.BeginAsync(streaming, cancellationToken: source.Token), paced.BeginAsync(streaming, cancellationToken: source.Token), paced.BeginAsync(streaming) };
            if (at > 0)
            {
                await InlineDelay.WaitAsync(TimeSpan.FromMilliseconds(at), paced.Gateway.Clock, CancellationToken.None);
            }

            source.Cancel();
            foreach (var call in calls)
            {
                outcomes.Add(await Record.ExceptionAsync(() => call));
            }
        });

        Assert.Null(outcomes[0]);
        Assert.All(outcomes.Skip(1).Take(2), static outcome => Assert.True(outcome is null or OperationCanceledException, $"{outcome}"));
        Assert.IsAssignableFrom<OperationCanceledException>(outcomes[2]);
        Assert.Null(outcomes[3]);
        Assert.Equal(1, paced.A.MostOpen);
        paced.AssertIdle();
        Assert.Equal(0, paced.Gateway.Pool("concurrency limit of a").Used);
        Assert.Equal("hello", (await paced.AskAsync(streaming)).Text);
    }

    [Fact]
    public async Task CallThatNeverFits_IsRefusedAtOnce()
    {
        await using var paced = Queued(gateway: static options => options.Limits.Add(new TargetLimitOptions { Target = "a/m", TokensPerMinute = 100 }));
        var before = paced.Gateway.Clock.GetUtcNow();

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => paced.AskAsync(streaming: false));

        Assert.Equal(before, paced.Gateway.Clock.GetUtcNow());
        Assert.Equal(RequestFailureKind.Overloaded, failure.Kind);
        Assert.Contains("token limit of a/m per minute of 100 tokens is less than this call needs", failure.Message, StringComparison.Ordinal);
        paced.AssertIdle();
    }

    [Fact]
    public async Task RequestsPerMinute_AreWaitedFor()
    {
        await using var paced = Queued(wait: 120, gateway: static options =>
        {
            options.Limits.Clear();
            options.Limits.Add(new TargetLimitOptions { Target = "a", RequestsPerMinute = 4 });
        });
        var before = paced.Gateway.Clock.GetUtcNow();

        var responses = await paced.Gateway.Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 6).Select(_ => paced.BeginAsync())));

        Assert.All(responses, static response => Assert.Equal("hello", response.Text));
        Assert.InRange(paced.Gateway.Clock.GetUtcNow() - before, TimeSpan.FromSeconds(55), TimeSpan.FromSeconds(75));
        paced.AssertIdle();
    }

    [Fact]
    public async Task WaitingCall_GoesToWhereItCan_WhenItsTargetFailsMeanwhile()
    {
        await using var paced = Queued(route: static route => route.FallBackTo("b/n"), gateway: static options =>
        {
            options.Limits.Add(new TargetLimitOptions { Target = "b", Concurrency = 1 });
            options.Breaker = options.Breaker with { ConsecutiveFailures = 1 };
        });
        paced.A.Failure = static _ => Scripted.Error(BackendErrorKind.ServerError, 500);
        paced.B.Milliseconds = static _ => 500;

        var responses = await paced.Gateway.Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 5).Select(_ => paced.BeginAsync())));

        Assert.All(responses, static response => Assert.Equal("b/n", response.GetRouteDecision()!.Target));
        Assert.Equal((1, 1), (paced.A.MostOpen, paced.B.MostOpen));
        paced.AssertIdle();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task ManyCalls_SomeCancelled_SomeFailing_NeitherOverfillNorLeak(int seed)
    {
        await using var paced = Queued(length: 50, wait: 5, route: static route => route.FallBackTo("b/n"), gateway: static options =>
        {
            options.Limits.Clear();
            options.Limits.Add(new TargetLimitOptions { Target = "a", Concurrency = 4, RequestsPerMinute = 600 });
            options.Limits.Add(new TargetLimitOptions { Target = "b", Concurrency = 2 });
        });
        var random = new SeededRandomSource(seed);
        paced.A.Milliseconds = _ => random.Next(400);
        paced.B.Milliseconds = _ => random.Next(900);
        paced.A.Failure = _ => random.Next(5) == 0 ? Scripted.Error(BackendErrorKind.ServerError, 500) : null;
        var (answered, failed) = (0, new List<Exception>());
        await paced.Gateway.Clock.RunAsync(async () =>
        {
            var calls = new List<Task>();
            for (var i = 0; i < 500; i++)
            {
                calls.Add(RunAsync());
                await InlineDelay.WaitAsync(TimeSpan.FromMilliseconds(random.Next(60)), paced.Gateway.Clock, CancellationToken.None);
            }

            await Task.WhenAll(calls);
        });

        Assert.All(failed, static failure => Assert.True(failure is OperationCanceledException or RequestFailedException, $"{failure}"));
        Assert.Equal(500, answered + failed.Count);
        Assert.InRange(answered, 300, 500);
        Assert.InRange((paced.A.MostOpen, paced.B.MostOpen), (4, 2), (4, 2));
        paced.AssertIdle();
        Assert.All((string[])["concurrency limit of a", "concurrency limit of b"], name => Assert.Equal(0, paced.Gateway.Pool(name).Used));

        async Task RunAsync()
        {
            using var source = new CancellationTokenSource(random.Next(4) == 0 ? TimeSpan.FromMilliseconds(random.Next(800)) : Timeout.InfiniteTimeSpan, paced.Gateway.Clock);
            try
            {
                await paced.BeginAsync(random.Next(2) == 0, Options(paced, random.Next(3)), source.Token);
                answered++;
            }
            catch (Exception exception)
            {
                failed.Add(exception);
            }
        }
    }
}
