using Sira.Requests;

namespace Sira.Tools.Loop;

/// <summary>The end of the loop's time: its own limit or the request's budget, whichever comes first.</summary>
internal sealed class LoopDeadline : IDisposable
{
    // The longest that a timer takes; more is no limit in practice.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly CancellationToken caller;
    private readonly CancellationTokenSource? timer;
    private readonly CancellationTokenSource? linked;

    public LoopDeadline(TimeSpan? maxDuration, RequestContext request, TimeProvider time, CancellationToken caller)
    {
        this.caller = caller;
        Token = caller;
        var left = maxDuration ?? TimeSpan.MaxValue;
        if (request.Budget.MaxDuration is { } budget && budget - time.GetElapsedTime(request.StartedAt) is var rest && rest < left)
        {
            IsBudget = true;
            left = rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
        }

        if (left <= Longest)
        {
            timer = new CancellationTokenSource(left, time);
            linked = CancellationTokenSource.CreateLinkedTokenSource(caller, timer.Token);
            Token = linked.Token;
        }
    }

    /// <summary>Gets the token that ends with the caller's or with the time.</summary>
    public CancellationToken Token { get; }

    /// <summary>Gets whether it is the request's budget that ends first.</summary>
    public bool IsBudget { get; }

    /// <summary>Gets whether the time is over and the caller has not cancelled.</summary>
    public bool HasPassed => timer is { IsCancellationRequested: true } && !caller.IsCancellationRequested;

    public void Dispose()
    {
        linked?.Dispose();
        timer?.Dispose();
    }
}
