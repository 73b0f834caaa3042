using System.Runtime.CompilerServices;
using Sira.Session.Compaction;
using Sira.Session.Tests.Context;
using Sira.Simulation.Time;

namespace Sira.Session.Tests.Compaction;

public class CompactionRunnerTests
{
    private static readonly CompactionOptions Options = new() { TriggerTurns = 4, KeepTurns = 2, MaximumRangeTokens = 100, Rest = TimeSpan.FromSeconds(10), MaximumRest = TimeSpan.FromSeconds(35) };
    private readonly VirtualTimeProvider time = new();
    private readonly List<SummaryProposal> appended = [];

    private ValueTask Append(SummaryProposal proposal, CancellationToken cancellationToken)
    {
        appended.Add(proposal);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task RunAsync_Triggered_AppendsWhatIsProposed()
    {
        var result = await new CompactionRunner(new ImportanceCompactor(), Options, time).RunAsync(Conversation.Plain(6).History, Append);
        Assert.Equal((CompactionStatus.Compacted, appended.Count), (result.Status, result.Summaries));
        Assert.Equal((1, 8), (appended[0].From, appended[^1].To));
    }

    [Fact]
    public async Task RunAsync_NotTriggered_DoesNothing()
    {
        var compactor = new FakeCompactor();
        Assert.Equal(CompactionStatus.NotNeeded, (await new CompactionRunner(compactor, Options, time).RunAsync(Conversation.Plain(5).History, Append)).Status);
        Assert.Equal(0, compactor.Runs);
    }

    [Fact]
    public async Task RunAsync_ModelFails_KeepsWhatCameBeforeAndRestsLongerEachTime()
    {
        var compactor = new FakeCompactor { FailAfter = 1 };
        var runner = new CompactionRunner(compactor, Options, time);
        var history = Conversation.Plain(6).History;
        foreach (var rest in new[] { 10, 20, 35, 35 })
        {
            var failed = await runner.RunAsync(history, Append);
            Assert.Equal((CompactionStatus.Failed, 1, time.GetUtcNow().AddSeconds(rest)), (failed.Status, failed.Summaries, failed.RestUntil));
            Assert.IsType<HttpRequestException>(failed.Error);
            time.Advance(TimeSpan.FromSeconds(rest - 1));
            var runs = compactor.Runs;
            Assert.Equal(CompactionStatus.Resting, (await runner.RunAsync(history, Append)).Status);
            Assert.Equal(runs, compactor.Runs);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        compactor.FailAfter = int.MaxValue;
        Assert.Equal(CompactionStatus.Compacted, (await runner.RunAsync(history, Append)).Status);
        compactor.FailAfter = 0;
        Assert.Equal(time.GetUtcNow().AddSeconds(10), (await runner.RunAsync(history, Append)).RestUntil);
    }

    [Fact]
    public async Task RunAsync_AppendingFails_IsAFailureOfTheRun()
    {
        var runner = new CompactionRunner(new FakeCompactor(), Options, time);
        var result = await runner.RunAsync(Conversation.Plain(6).History, (_, _) => throw new InvalidOperationException("The session was rewound."));
        Assert.Equal((CompactionStatus.Failed, 0), (result.Status, result.Summaries));
    }

    [Fact]
    public async Task RunAsync_SameSessionAtOnce_IsOneRun()
    {
        var compactor = new FakeCompactor { Gate = new TaskCompletionSource() };
        var runner = new CompactionRunner(compactor, Options, time);
        var history = Conversation.Plain(6).History;
        var runs = Enumerable.Range(0, 5).Select(_ => runner.RunAsync(history, Append)).ToList();
        var other = runner.RunAsync(history, Append, key: "another tenant");
        Assert.Equal(2, compactor.Runs);
        compactor.Gate.SetResult();
        var results = await Task.WhenAll(runs);
        Assert.All(results, result => Assert.Same(results[0], result));
        Assert.NotSame(results[0], await other);
        await runner.RunAsync(history, Append);
        Assert.Equal(3, compactor.Runs);
    }

    [Fact]
    public async Task RunAsync_OneOfTwoGivesUp_TheOtherGetsItsResult()
    {
        var compactor = new FakeCompactor { Gate = new TaskCompletionSource() };
        var runner = new CompactionRunner(compactor, Options, time);
        using var source = new CancellationTokenSource();
        var first = runner.RunAsync(Conversation.Plain(6).History, Append, cancellationToken: source.Token);
        var second = runner.RunAsync(Conversation.Plain(6).History, Append);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(compactor.WasCancelled);
        compactor.Gate.SetResult();
        Assert.Equal(CompactionStatus.Compacted, (await second).Status);
    }

    [Fact]
    public async Task RunAsync_AllGiveUp_TheRunEndsAndIsNoFailure()
    {
        var compactor = new FakeCompactor { Gate = new TaskCompletionSource() };
        var runner = new CompactionRunner(compactor, Options, time);
        using var source = new CancellationTokenSource();
        var first = runner.RunAsync(Conversation.Plain(6).History, Append, cancellationToken: source.Token);
        var second = runner.RunAsync(Conversation.Plain(6).History, Append, cancellationToken: source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.True(compactor.WasCancelled);
        Assert.Empty(appended);
        compactor.Gate.SetResult();
        Assert.Equal(CompactionStatus.Compacted, (await runner.RunAsync(Conversation.Plain(6).History, Append)).Status);
    }

    [Fact]
    public async Task RunAsync_ManyThreads_NeverRunsASessionTwiceAtOnce()
    {
        var compactor = new FakeCompactor();
        var runner = new CompactionRunner(compactor, Options, time);
        var history = Conversation.Plain(6).History;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                await runner.RunAsync(history, static (_, _) => ValueTask.CompletedTask);
            }
        })));
        Assert.Equal(1, compactor.MostAtOnce);
    }

    private sealed class FakeCompactor : ICompactor
    {
        private int running;

        public string Name => "fake";

        public int Runs { get; private set; }

        public int MostAtOnce { get; private set; }

        public int FailAfter { get; set; } = int.MaxValue;

        public TaskCompletionSource? Gate { get; init; }

        public bool WasCancelled { get; private set; }

        public async IAsyncEnumerable<SummaryProposal> CompactAsync(CompactionRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            Runs++;
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref running));
            try
            {
                await (Gate?.Task.WaitAsync(cancellationToken) ?? Task.CompletedTask);
                var made = 0;
                foreach (var range in request.Ranges)
                {
                    if (made++ == FailAfter)
                    {
                        throw new HttpRequestException("The model is away.");
                    }

                    yield return new SummaryProposal(range.From, range.To, "summary", 1) { Compactor = Name };
                }
            }
            finally
            {
                WasCancelled |= cancellationToken.IsCancellationRequested;
                Interlocked.Decrement(ref running);
            }
        }
    }
}
