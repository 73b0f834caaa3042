using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Errors;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Health;
using Sira.Requests;
using Sira.Testing;

namespace Sira.Gateway.Tests.Attempts;

public class DeadlineTests
{
    private static TestBackend Silent()
    {
        var backend = new TestBackend("a");
        backend.Own["m"] = new DelegateChatClient(
            async (_, token) =>
            {
                await Scripted.UntilCancelledAsync(token);
                return null!;
            },
            (_, token) => Wait(token));
        return backend;

        static async IAsyncEnumerable<ChatResponseUpdate> Wait([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
        {
            await Scripted.UntilCancelledAsync(token);
            yield break;
        }
    }

    private static SiraChatOptions Within(TestGateway gateway, TimeSpan duration) =>
        new() { Request = new RequestContext(gateway.Clock.GetTimestamp(), new RequestBudget { MaxDuration = duration }) };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ShortMaxDuration_OfTheCaller_NeverOpensTheBreaker(bool streaming)
    {
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")), Silent());

        for (var i = 0; i < 20; i++)
        {
            var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming, Within(gateway, TimeSpan.FromMilliseconds(50))));
            Assert.Equal(RequestFailureKind.DeadlineExceeded, exception.Kind);
        }

        Assert.Equal(CircuitState.Closed, gateway.Sira.Targets[0].Circuit);
        gateway.AssertIdle();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MaxDuration_HoldsWhenTheRoutesTimeoutsAreInfinite(bool streaming)
    {
        await using var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To("a/m").Timeouts(timeouts => timeouts.Total = timeouts.Unary = timeouts.FirstToken = Timeout.InfiniteTimeSpan)),
            Silent());
        var start = gateway.Clock.GetUtcNow();

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming, Within(gateway, TimeSpan.FromSeconds(2))));

        Assert.Equal(RequestFailureKind.DeadlineExceeded, exception.Kind);
        Assert.Equal(TimeSpan.FromSeconds(2), gateway.Clock.GetUtcNow() - start);
        Assert.Single(exception.Decision!.Attempts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task InfiniteMaxDuration_IsNoLimit(bool byCaller)
    {
        var a = new TestBackend("a");
        a["m"].Reply("fine");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").PerRequest(limits => limits.MaxDuration = Timeout.InfiniteTimeSpan)), a);

        var response = await gateway.AskAsync(streaming: false, byCaller ? Within(gateway, Timeout.InfiniteTimeSpan) : null);

        Assert.Equal("fine", response.Text);
    }

    [Fact]
    public void IdleTimeout_SetWhileTheTimerIsBeingReset_IsNotLost()
    {
        // The timer of the first token fires while an update is with the consumer; in that very moment the consumer asks for the next one.
        var clock = new HookedClock();
        using var cancellation = new LoneCancellation(clock);
        cancellation.Arm(BackendErrorKind.FirstTokenTimeout, clock.GetTimestamp() + cancellation.ToTimestamps(TimeSpan.FromSeconds(30)));
        cancellation.Disarm();
        clock.OnNextTimestamp = () => cancellation.Arm(BackendErrorKind.IdleTimeout, clock.GetTimestamp() + cancellation.ToTimestamps(TimeSpan.FromSeconds(30)));

        clock.Inner.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(cancellation.Fired);
        clock.Inner.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(BackendErrorKind.IdleTimeout, cancellation.Fired);
    }

    private sealed class LoneCancellation : Sira.Gateway.Attempts.AttemptCancellation
    {
        public LoneCancellation(TimeProvider clock)
            : base(clock, clock.GetTimestamp(), TimeSpan.FromMinutes(10), CancellationToken.None) => Time = clock;

        protected override TimeProvider Time { get; }

        protected override Microsoft.Extensions.Logging.ILogger Logger => Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        protected override string TargetName => "a/m";
    }

    private sealed class HookedClock : TimeProvider
    {
        public Simulation.Time.VirtualTimeProvider Inner { get; } = new();

        public Action? OnNextTimestamp { get; set; }

        public override long TimestampFrequency => Inner.TimestampFrequency;

        public override long GetTimestamp()
        {
            // Only within a timer's callback: the hook runs between the callback's reads and its writes.
            var hook = OnNextTimestamp;
            OnNextTimestamp = null;
            hook?.Invoke();
            return Inner.GetTimestamp();
        }

        public override DateTimeOffset GetUtcNow() => Inner.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => Inner.CreateTimer(callback, state, dueTime, period);
    }
}
