namespace Sira.Storage.Monitoring;

/// <summary>Remembers the row of failures that an engine is in, if it is in one.</summary>
internal sealed class OperationStreak
{
    private EngineFailure? failure;

    public EngineFailure? Failure => Volatile.Read(ref failure);

    /// <summary>An operation went well. Costs a load where those before it did too.</summary>
    /// <returns>The failures that it ends.</returns>
    public EngineFailure? Succeed() => Volatile.Read(ref failure) is null ? null : Interlocked.Exchange(ref failure, null);

    /// <summary>An operation failed.</summary>
    /// <returns>The failures with this one.</returns>
    public EngineFailure Fail(Exception exception, DateTimeOffset now)
    {
        while (true)
        {
            var before = Volatile.Read(ref failure);
            var next = EngineFailure.After(before, exception, now);
            if (ReferenceEquals(Interlocked.CompareExchange(ref failure, next, before), before))
            {
                return next;
            }
        }
    }
}
