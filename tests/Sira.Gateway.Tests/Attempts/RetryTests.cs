using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Time;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Events;
using Sira.Gateway.Tests.Support;
using Sira.Requests;

namespace Sira.Gateway.Tests.Attempts;

public class RetryTests
{
    private static readonly Action<Sira.Kernel.Builder.ISiraBuilder> TwoTargets = sira => sira.AddRoute("default", route => route.To("a/m1", "b/m2"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_OfFirstTarget_CarriesDecision(bool streaming)
    {
        var a = new TestBackend("a");
        a["m1"].Reply("Hi");
        await using var gateway = new TestGateway(TwoTargets, a, new TestBackend("b"));

        var response = await gateway.AskAsync(streaming);

        Assert.Equal("Hi", response.Text);
        var decision = response.GetRouteDecision();
        Assert.NotNull(decision);
        Assert.Equal("a/m1", decision.Target);
        Assert.Equal("a/m1", Assert.Single(decision.Attempts).Target);
        Assert.Equal(["a/m1", "b/m2"], decision.Candidates.Select(candidate => candidate.Target));
    }

    [Theory]
    [InlineData(BackendErrorKind.ServerError, false)]
    [InlineData(BackendErrorKind.ServerError, true)]
    [InlineData(BackendErrorKind.Transport, false)]
    [InlineData(BackendErrorKind.Overloaded, true)]
    public async Task PassingError_IsRetriedOnSameTarget_AfterBackoff(BackendErrorKind kind, bool streaming)
    {
        var a = new TestBackend("a");
        a["m1"].Throw(Scripted.Error(kind, 500)).Reply("second");
        await using var gateway = new TestGateway(TwoTargets, a, new TestBackend("b"));

        var response = await gateway.AskAsync(streaming);

        Assert.Equal("second", response.Text);
        var attempts = response.GetRouteDecision()!.Attempts;
        Assert.Equal([kind, null], attempts.Select(attempt => attempt.Error));
        Assert.InRange(attempts[1].StartedAfter, TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(500));
    }

    [Theory]
    [InlineData(BackendErrorKind.ServerError, 3, false)]
    [InlineData(BackendErrorKind.ServerError, 3, true)]
    [InlineData(BackendErrorKind.FirstTokenTimeout, 1, true)]
    [InlineData(BackendErrorKind.ModelNotFound, 1, false)]
    [InlineData(BackendErrorKind.Authentication, 1, false)]
    [InlineData(BackendErrorKind.QuotaExhausted, 1, true)]
    [InlineData(BackendErrorKind.RateLimited, 1, false)]
    [InlineData(BackendErrorKind.ContextLength, 1, false)]
    public async Task LastingError_FallsOver(BackendErrorKind kind, int attemptsOnFirst, bool streaming)
    {
        var a = new TestBackend("a");
        for (var i = 0; i < attemptsOnFirst; i++)
        {
            a["m1"].Throw(Scripted.Error(kind));
        }

        var b = new TestBackend("b");
        b["m2"].Reply("from b");
        await using var gateway = new TestGateway(TwoTargets, a, b);

        var response = await gateway.AskAsync(streaming);

        Assert.Equal("from b", response.Text);
        Assert.Equal(attemptsOnFirst + 1, response.GetRouteDecision()!.Attempts.Count);
        Assert.Equal(0, a["m1"].StepsLeft);
    }

    [Theory]
    [InlineData(BackendErrorKind.BadRequest)]
    [InlineData(BackendErrorKind.ContentPolicy)]
    public async Task CallersMistake_IsSurfaced_AndCountsAgainstNobody(BackendErrorKind kind)
    {
        var a = new TestBackend("a");
        await using var gateway = new TestGateway(TwoTargets, a, new TestBackend("b"));
        for (var i = 0; i < 20; i++)
        {
            a["m1"].Throw(Scripted.Error(kind, 400));
            var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: i % 2 == 0));
            Assert.Equal(kind, exception.BackendError);
            Assert.Single(exception.Decision!.Attempts);
        }

        Assert.All(gateway.Sira.Targets, target => Assert.Equal(Kernel.Health.CircuitState.Closed, target.Circuit));
    }

    [Fact]
    public async Task ContentPolicy_FallsOver_WhereTheRouteOptsIn()
    {
        var a = new TestBackend("a");
        a["m1"].Throw(Scripted.Error(BackendErrorKind.ContentPolicy));
        var b = new TestBackend("b");
        b["m2"].Reply("from b");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1", "b/m2").Configure(options => options.FallBackOnContentPolicy = true)), a, b);

        Assert.Equal("from b", (await gateway.AskAsync(streaming: false)).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LongOutageOfAllTargets_NeverBlamesTheAttemptLimit(bool streaming)
    {
        var a = new TestBackend("a");
        var b = new TestBackend("b");
        for (var i = 0; i < 100; i++)
        {
            a["m1"].Throw(Scripted.Error(BackendErrorKind.ServerError, 500));
            b["m2"].Throw(Scripted.Error(BackendErrorKind.ServerError, 500));
        }

        await using var gateway = new TestGateway(TwoTargets, a, b);
        for (var i = 0; i < 6; i++)
        {
            var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming));

            Assert.StartsWith("No target of the route 'default' could answer.", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("MaxAttempts", exception.Message, StringComparison.Ordinal);
            Assert.All(exception.Decision!.Candidates, candidate => Assert.Null(candidate.Dropped));
        }
    }

    [Fact]
    public async Task FailureThatOpensTheBreaker_FallsOverAtOnce()
    {
        var a = new TestBackend("a");
        var b = new TestBackend("b");
        for (var i = 0; i < 10; i++)
        {
            a["m1"].Throw(Scripted.Error(BackendErrorKind.ServerError));
            b["m2"].Reply("from b");
        }

        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1", "b/m2")).ConfigureGateway(options => options.Breaker = options.Breaker with { ConsecutiveFailures = 1 }), a, b);

        var decision = (await gateway.AskAsync(streaming: false)).GetRouteDecision()!;

        Assert.Equal(["a/m1", "b/m2"], decision.Attempts.Select(attempt => attempt.Target));
        Assert.Equal(TimeSpan.Zero, decision.Attempts[1].StartedAfter);
    }

    [Fact]
    public async Task RateLimit_IsWaitedOut_WhereTheOtherTargetIsBroken()
    {
        var broken = new TestBackend("broken");
        var limited = new TestBackend("limited");
        broken["m"].Throw(Scripted.Error(BackendErrorKind.ServerError)).Throw(Scripted.Error(BackendErrorKind.ServerError));
        limited["m"].Reply("first").Throw(Scripted.Error(BackendErrorKind.RateLimited, 429, TimeSpan.FromSeconds(1))).Reply("after the wait");
        await using var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To("broken/m", "limited/m")).ConfigureGateway(options => options.Breaker = options.Breaker with { ConsecutiveFailures = 2, BreakDuration = TimeSpan.FromMinutes(4) }),
            broken, limited);

        Assert.Equal("first", (await gateway.AskAsync(streaming: false)).Text);
        Assert.Equal("after the wait", (await gateway.AskAsync(streaming: false)).Text);

        Assert.Equal(2, broken["m"].Calls.Count);
    }

    [Fact]
    public async Task RateLimit_OfOnlyTarget_IsWaitedOut()
    {
        var a = new TestBackend("a");
        a["m1"].Throw(Scripted.Error(BackendErrorKind.RateLimited, 429, TimeSpan.FromSeconds(3))).Reply("after the wait");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1")), a);

        var response = await gateway.AskAsync(streaming: true);

        Assert.Equal("after the wait", response.Text);
        Assert.InRange(response.GetRouteDecision()!.Attempts[1].StartedAfter, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3.1));
    }

    [Fact]
    public async Task RateLimit_LongerThanMaxDelay_IsGivenToTheCaller_WithItsRetryAfter()
    {
        var a = new TestBackend("a");
        a["m1"].Throw(Scripted.Error(BackendErrorKind.RateLimited, 429, TimeSpan.FromMinutes(10)));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1")), a);

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false));

        Assert.Equal(TimeSpan.FromMinutes(10), exception.RetryAfter);
        Assert.Equal(RequestFailureKind.AttemptsFailed, exception.Kind);
    }

    [Fact]
    public async Task KeyError_WithAnotherKey_StaysOnTarget()
    {
        var a = new TestBackend("a");
        a["m1"].Throw(Scripted.Error(BackendErrorKind.Authentication, 401, canRotateKey: true)).Reply("with the other key");
        await using var gateway = new TestGateway(TwoTargets, a, new TestBackend("b"));

        var response = await gateway.AskAsync(streaming: false);

        Assert.Equal("with the other key", response.Text);
        Assert.Equal(TimeSpan.Zero, response.GetRouteDecision()!.Attempts[1].StartedAfter);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EverythingFails_SaysWhatWasTried(bool streaming)
    {
        var a = new TestBackend("a");
        var b = new TestBackend("b");
        for (var i = 0; i < 3; i++)
        {
            a["m1"].Throw(Scripted.Error(BackendErrorKind.ServerError, 500));
            b["m2"].Throw(Scripted.Error(BackendErrorKind.Overloaded, 503));
        }

        await using var gateway = new TestGateway(TwoTargets, a, b);

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming));

        Assert.Equal(RequestFailureKind.AttemptsFailed, exception.Kind);
        Assert.Equal(6, exception.Decision!.Attempts.Count);
        Assert.Contains("a/m1 → ServerError", exception.Message, StringComparison.Ordinal);
        Assert.Contains("b/m2 → Overloaded", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6, null, "aaabbc")]
    [InlineData(4, null, "aabc")]
    [InlineData(3, null, "abc")]
    [InlineData(6, 4, "aabc")]
    [InlineData(6, 3, "abc")]
    [InlineData(9, null, "aaabbbc")]
    public async Task Retries_LeaveEachTargetItsTurn(int maxAttempts, int? ofRequest, string expected)
    {
        var (a, b, c) = (new TestBackend("a"), new TestBackend("b"), new TestBackend("c"));
        for (var i = 0; i < 3; i++)
        {
            a["m"].Throw(Scripted.Error(BackendErrorKind.Overloaded, 503));
            b["m2"].Throw(Scripted.Error(BackendErrorKind.Overloaded, 503));
        }

        c["m3"].Reply("third");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m", "b/m2").FallBackTo("c/m3").Retry(retry => retry.MaxAttempts = maxAttempts)), a, b, c);

        var response = await gateway.AskAsync(streaming: false, new SiraChatOptions { Request = new RequestContext(gateway.Clock.GetTimestamp(), new RequestBudget { MaxAttempts = ofRequest }) });

        Assert.Equal("third", response.Text);
        Assert.Equal(expected, string.Concat(response.GetRouteDecision()!.Attempts.Select(static attempt => attempt.Target[0])));
    }

    [Fact]
    public async Task RequestBudget_OfAttempts_SpansTargets()
    {
        var (a, b, c) = (new TestBackend("a"), new TestBackend("b"), new TestBackend("c"));
        a["m1"].Throw(Scripted.Error(BackendErrorKind.ServerError));
        b["m2"].Throw(Scripted.Error(BackendErrorKind.ServerError));
        await using var gateway = new TestGateway(static sira => sira.AddRoute("default", static route => route.To("a/m1", "b/m2", "c/m3")), a, b, c);
        var options = new SiraChatOptions { Request = new RequestContext(gateway.Clock.GetTimestamp(), new RequestBudget { MaxAttempts = 2 }) };

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false, options));

        Assert.Equal(2, exception.Decision!.Attempts.Count);
        Assert.Contains("may make 2 attempts", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForeignExceptions_AreClassified()
    {
        var a = new TestBackend("a") { Classifier = exception => exception is NotSupportedException ? BackendErrorKind.BadRequest : null };
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1").Retry(retry => retry.MaxRetriesPerTarget = 0)), a);
        (Exception Thrown, BackendErrorKind Kind)[] cases =
        [
            (new HttpRequestException("reset"), BackendErrorKind.Transport),
            (new HttpRequestException("busy", null, System.Net.HttpStatusCode.ServiceUnavailable), BackendErrorKind.Overloaded),
            (new System.Text.Json.JsonException("no JSON"), BackendErrorKind.MalformedResponse),
            (new TaskCanceledException("the client's own timeout"), BackendErrorKind.TotalTimeout),
            (new NotSupportedException("mine"), BackendErrorKind.BadRequest),
            (new InvalidOperationException("surprise"), BackendErrorKind.Unknown),
        ];
        foreach (var (thrown, kind) in cases)
        {
            a["m1"].Throw(thrown);
            var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false));
            Assert.Equal(kind, exception.BackendError);
            gateway.Clock.Advance(TimeSpan.FromMinutes(10));
        }
    }

    [Fact]
    public async Task FailedAttempts_ArePublished()
    {
        var a = new TestBackend("a");
        a["m1"].Throw(Scripted.Error(BackendErrorKind.ServerError, 500)).Reply("ok");
        await using var gateway = new TestGateway(TwoTargets, a, new TestBackend("b"));
        var failed = new List<AttemptFailed>();
        var completed = new List<ResponseCompleted>();
        using var first = gateway.Bus.Subscribe<AttemptFailed>(failed.Add);
        using var second = gateway.Bus.Subscribe<ResponseCompleted>(completed.Add);

        await gateway.AskAsync(streaming: true);

        Assert.Equal(("a/m1", BackendErrorKind.ServerError, 500), (Assert.Single(failed).Target, failed[0].Kind, failed[0].StatusCode));
        Assert.Equal("a/m1", Assert.Single(completed).Target);
    }

    [Fact]
    public async Task CallerCancels_DuringBackoff_EndsAtOnce()
    {
        var a = new TestBackend("a");
        a["m1"].Throw(Scripted.Error(BackendErrorKind.ServerError));
        await using var gateway = new TestGateway(TwoTargets, a, new TestBackend("b"));
        using var source = new CancellationTokenSource();
        using var subscription = gateway.Bus.Subscribe<AttemptFailed>(_ => source.Cancel());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.AskAsync(streaming: false, cancellationToken: source.Token));

        Assert.Equal(TimeSpan.Zero, gateway.Clock.GetElapsedTime(new Sira.Simulation.Time.VirtualTimeProvider().GetTimestamp()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CallerCancels_DuringAttempt_ReachesTheBackend_AndIsNoFailure(bool streaming)
    {
        var a = new TestBackend("a");
        using var source = new CancellationTokenSource();
        var reached = false;
        a["m1"].Reply(async call =>
        {
            using var registration = call.CancellationToken.Register(() => reached = true);
            await source.CancelAsync();
            await Scripted.UntilCancelledAsync(call.CancellationToken);
            return new ChatResponse();
        });
        await using var gateway = new TestGateway(TwoTargets, a, new TestBackend("b"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.AskAsync(streaming, cancellationToken: source.Token));

        Assert.True(reached);
        Assert.All(gateway.Sira.Targets, target => Assert.Equal((Kernel.Health.CircuitState.Closed, 0), (target.Circuit, target.InFlight)));
        Assert.Equal(0, gateway.Clock.ActiveTimers);
    }
}
