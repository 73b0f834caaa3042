namespace Sira.Benchmarks.Support;

/// <summary>The system's clock that counts how often it is read: on a virtual machine a reading can cost as much as all the rest of a step.</summary>
internal sealed class CountingTimeProvider : TimeProvider
{
    private long readings;

    public long Readings => Volatile.Read(ref readings);

    public override long GetTimestamp()
    {
        Interlocked.Increment(ref readings);
        return System.GetTimestamp();
    }

    public override DateTimeOffset GetUtcNow()
    {
        Interlocked.Increment(ref readings);
        return System.GetUtcNow();
    }
}
