using System.Threading.Tasks.Sources;
using Sira.Storage.Redis.Client.Protocol;

namespace Sira.Storage.Redis.Client.Connections;

/// <summary>A command that waits for its answer. Used again for others once both its caller and the connection are done with it.</summary>
/// <remarks>
/// Whoever claims it first ends it: the answer, the timeout, the cancellation or the loss of the connection. It keeps its place among those that wait until its answer has come, which is then nobody's:
/// so an answer that comes too late never goes to another caller.
/// </remarks>
internal sealed class PendingCommand : IValueTaskSource<RespValue>
{
    // Its caller and its connection.
    private const int Holders = 2;

    private readonly PendingPool pool;
    private ManualResetValueTaskSourceCore<RespValue> core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration cancellation;
    private CancellationToken token;
    private int isClaimed;
    private int holders = Holders;

    public PendingCommand(PendingPool pool) => this.pool = pool;

    /// <summary>Its number on the connection.</summary>
    public long Number { get; set; }

    /// <summary>When it was asked for, as a timestamp.</summary>
    public long AskedAt { get; set; }

    public ValueTask<RespValue> Task => new(this, core.Version);

    public void CancelWith(CancellationToken cancellationToken)
    {
        token = cancellationToken;
        cancellation = cancellationToken.UnsafeRegister(static state => ((PendingCommand)state!).Cancel(), this);
    }

    /// <summary>Asks for the right to end it.</summary>
    /// <returns>Whether nobody has had it.</returns>
    public bool TryClaim() => Interlocked.Exchange(ref isClaimed, 1) == 0;

    /// <summary>Ends it, by who has claimed it.</summary>
    public void End(in RespValue value) => core.SetResult(value);

    /// <summary>Ends it, by who has claimed it.</summary>
    public void End(Exception exception) => core.SetException(exception);

    /// <summary>The connection, or the caller, is done with it.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref holders) == 0)
        {
            core.Reset();
            (isClaimed, holders, token) = (0, Holders, default);
            pool.Return(this);
        }
    }

    public RespValue GetResult(short token)
    {
        // Waits for a cancellation that is being called: afterwards none can reach whoever has this next.
        cancellation.Dispose();
        cancellation = default;
        try
        {
            return core.GetResult(token);
        }
        finally
        {
            Release();
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => core.OnCompleted(continuation, state, token, flags);

    private void Cancel()
    {
        if (TryClaim())
        {
            End(new OperationCanceledException(token));
        }
    }
}
