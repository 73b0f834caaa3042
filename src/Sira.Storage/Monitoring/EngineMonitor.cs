using Microsoft.Extensions.Logging;
using Sira.Storage.Errors;

namespace Sira.Storage.Monitoring;

/// <summary>Learns from the operations of one engine how long they take and how it is.</summary>
/// <param name="engine">The name of the engine.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it is logged that the engine fails, and that it works again.</param>
internal sealed class EngineMonitor(string engine, TimeProvider time, ILogger logger)
{
    /// <summary>How many operations have to fail in a row before the engine counts as unusable: one that met a dropped connection, and the one that tried it again, are no reason to take the process out of service.</summary>
    public const int FailuresUntilUnhealthy = 3;

    // No clock's time stamp.
    private const long NotMeasured = long.MinValue;

    private readonly OperationStreak reads = new();
    private readonly OperationStreak writes = new();

    public string Engine => engine;

    public EngineFailure? FailingReads => reads.Failure;

    public EngineFailure? FailingWrites => writes.Failure;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>An operation begins.</summary>
    /// <returns>What to give back when it ends.</returns>
    public long Begin() => OperationMetrics.IsEnabled ? time.GetTimestamp() : NotMeasured;

    /// <summary>Tells whether <see cref="Succeed(MonitoredOperation, long)"/> would do nothing.</summary>
    public bool IsUneventful(MonitoredOperation operation, long begun) => begun == NotMeasured && Of(operation).Failure is null;

    /// <summary>How long it has been since <see cref="Begin"/>; nothing where nobody wants to know.</summary>
    public TimeSpan Elapsed(long begun) => begun == NotMeasured ? TimeSpan.Zero : time.GetElapsedTime(begun);

    /// <summary>An operation went well.</summary>
    public void Succeed(MonitoredOperation operation, long begun)
    {
        if (begun != NotMeasured)
        {
            OperationMetrics.Record(engine, operation, time.GetElapsedTime(begun));
        }

        Settle(operation);
    }

    /// <summary>An operation that is made piece by piece went well.</summary>
    public void Succeed(MonitoredOperation operation, TimeSpan elapsed)
    {
        if (OperationMetrics.IsEnabled)
        {
            OperationMetrics.Record(engine, operation, elapsed);
        }

        Settle(operation);
    }

    /// <summary>An operation has thrown.</summary>
    public void Fail(MonitoredOperation operation, long begun, Exception exception, CancellationToken cancellationToken)
    {
        if (begun != NotMeasured)
        {
            Fail(operation, time.GetElapsedTime(begun), exception, cancellationToken);
        }
        else
        {
            Learn(operation, exception, cancellationToken);
        }
    }

    /// <summary>An operation that is made piece by piece has thrown.</summary>
    public void Fail(MonitoredOperation operation, TimeSpan elapsed, Exception exception, CancellationToken cancellationToken)
    {
        if (OperationMetrics.IsEnabled)
        {
            OperationMetrics.Record(engine, operation, elapsed, exception, IsCancelled(exception, cancellationToken));
        }

        Learn(operation, exception, cancellationToken);
    }

    // An engine that gives up by itself has failed, also where it says so by the same exception.
    private static bool IsCancelled(Exception exception, CancellationToken cancellationToken) => exception is OperationCanceledException && cancellationToken.IsCancellationRequested;

    private OperationStreak Of(MonitoredOperation operation) => operation.IsWrite ? writes : reads;

    private void Settle(MonitoredOperation operation)
    {
        // That it is open says nothing: opening what is open does nothing.
        if (!ReferenceEquals(operation, MonitoredOperation.Open) && Of(operation).Succeed() is { Count: >= FailuresUntilUnhealthy } ended)
        {
            logger.EngineRecovered(engine, operation.IsWrite ? "written" : "read", ended.Count, ended.Since);
        }
    }

    private void Learn(MonitoredOperation operation, Exception exception, CancellationToken cancellationToken)
    {
        // The caller's mistakes, and keys that are not there any more, are no trouble of the engine.
        if (exception is ArgumentException or NotSupportedException or StorageException { Kind: StorageErrorKind.KeyUnknown } || IsCancelled(exception, cancellationToken))
        {
            return;
        }

        if (Of(operation).Fail(exception, time.GetUtcNow()).Count == FailuresUntilUnhealthy)
        {
            logger.EngineFails(exception, engine, operation.IsWrite ? "written" : "read", FailuresUntilUnhealthy);
        }
    }
}
