using Sira.Storage.Capabilities;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>A write with what it needs and what comes of it.</summary>
internal sealed class SqliteWork<TArguments, TResult>(TArguments arguments, Func<SqliteTables, TArguments, TResult> run, StorageDurability durability) : SqliteWork(durability)
{
    private TaskCompletionSource<TResult>? waiting;
    private CancellationTokenRegistration registration;

    /// <summary>Gets what came of it, once it has run.</summary>
    public TResult Result { get; private set; } = default!;

    public override void Run(SqliteTables tables) => Result = run(tables, arguments);

    /// <summary>Begins to wait for somebody else to do it. Before it is given to them.</summary>
    public Task<TResult> Wait(CancellationToken cancellationToken)
    {
        // Whoever waits goes on elsewhere: here the next writes are waiting.
        waiting = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        registration = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var work = (SqliteWork<TArguments, TResult>)state!;
                if (work.TryTake())
                {
                    work.waiting!.TrySetCanceled(token);
                }
            },
            this);
        return waiting.Task;
    }

    public override void Complete()
    {
        registration.Dispose();
        waiting?.TrySetResult(Result);
    }

    public override void Fail(Exception exception)
    {
        registration.Dispose();
        waiting?.TrySetException(exception);
    }
}
