namespace Sira.Kernel.Health;

/// <summary>Counts successes and failures over the last while, in buckets that are reused in a ring.</summary>
/// <remarks>
/// Adding is one interlocked operation; a lock is taken only by the first call in each new bucket. The counts are meant for judging ratios: a thread that
/// is suspended between finding its bucket and adding to it for longer than the whole window adds to the wrong bucket, which is accepted.
/// </remarks>
internal sealed class RollingWindow
{
    private const int BucketCount = 10;

    // A bucket is one word, failures above successes, so that both are read and cleared together.
    private const long OneSuccess = 1;
    private const long OneFailure = 1L << 32;

    private readonly Lock gate = new();
    private readonly long[] buckets = new long[BucketCount];
    private readonly long bucketLength;
    private long newest;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="length">How far the window looks back, in timestamps.</param>
    /// <param name="now">The time.</param>
    /// <param name="carried">What the window that this one replaces had counted.</param>
    public RollingWindow(long length, long now, CallCounts carried = default)
    {
        bucketLength = Math.Max(1, length / BucketCount);
        newest = now / bucketLength;
        buckets[newest % BucketCount] = (carried.Failures * OneFailure) + (carried.Successes * OneSuccess);
    }

    /// <summary>Adds a success.</summary>
    public void AddSuccess(long now) => Interlocked.Add(ref BucketAt(now), OneSuccess);

    /// <summary>Adds a failure.</summary>
    public void AddFailure(long now) => Interlocked.Add(ref BucketAt(now), OneFailure);

    /// <summary>Sums the window up.</summary>
    public CallCounts Count(long now)
    {
        _ = BucketAt(now);
        long successes = 0;
        long failures = 0;
        for (var i = 0; i < BucketCount; i++)
        {
            var bucket = Volatile.Read(ref buckets[i]);
            successes += bucket & (OneFailure - 1);
            failures += bucket >> 32;
        }

        return new CallCounts(successes, failures);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (gate)
        {
            for (var i = 0; i < BucketCount; i++)
            {
                Volatile.Write(ref buckets[i], 0);
            }
        }
    }

    private ref long BucketAt(long now)
    {
        var index = now / bucketLength;
        var current = Volatile.Read(ref newest);
        if (index > current)
        {
            Rotate(index);
            current = index;
        }

        // A caller whose clock reading is older than the newest bucket adds to the newest: its own may already be reused.
        return ref buckets[current % BucketCount];
    }

    private void Rotate(long index)
    {
        lock (gate)
        {
            for (var stale = Math.Max(newest + 1, index - BucketCount + 1); stale <= index; stale++)
            {
                Volatile.Write(ref buckets[stale % BucketCount], 0);
            }

            Volatile.Write(ref newest, Math.Max(newest, index));
        }
    }
}
