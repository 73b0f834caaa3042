namespace Sira.Backends.RateLimits;

/// <summary>One limit, as the headers of one answer state it. What they do not state is negative.</summary>
internal struct RateLimitWindow
{
    private const long Unknown = -1;

    private readonly int name;
    private long limit;
    private long remaining;
    private long resetTicks;
    private long periodTicks;

    /// <param name="header">The first header that names the limit.</param>
    public RateLimitWindow(in RateLimitHeader header)
    {
        name = NameOf(header);
        Resource = header.Resource;
        limit = remaining = resetTicks = periodTicks = Unknown;
    }

    public RateLimitResource Resource { get; }

    public readonly long? Limit => limit < 0 ? null : limit;

    public readonly long? Remaining => remaining < 0 ? null : remaining;

    /// <summary>Gets when all is there again. Azure counts seconds here and milliseconds there; what is longer than the whole window must be milliseconds.</summary>
    public readonly TimeSpan? Reset => resetTicks < 0 ? null : TimeSpan.FromTicks(periodTicks > 0 && resetTicks > periodTicks ? resetTicks / 1000 : resetTicks);

    /// <summary>Whether a header speaks of this limit.</summary>
    public readonly bool Is(in RateLimitHeader header) => name == NameOf(header);

    /// <summary>Takes over what a header says; garbage and negative numbers, by which some say that they do not know, count as absent.</summary>
    public void Set(RateLimitAspect aspect, string value, DateTimeOffset now)
    {
        switch (aspect)
        {
            case RateLimitAspect.Limit:
                limit = ReadCount(value);
                break;
            case RateLimitAspect.Remaining:
                remaining = ReadCount(value);
                break;
            case RateLimitAspect.Reset:
                resetTicks = ResetTime.Read(value, now)?.Ticks ?? Unknown;
                break;
            case RateLimitAspect.Period:
                periodTicks = ResetTime.Read(value, now)?.Ticks ?? Unknown;
                break;
        }
    }

    /// <summary>Whether this limit is reached before another: fewer are left, or at least it is known how many.</summary>
    public readonly bool IsTighterThan(in RateLimitWindow other) => remaining >= 0 && (other.remaining < 0 || remaining < other.remaining);

    // The drafts of the IETF add the window: "100, 100;w=60".
    private static long ReadCount(string value)
    {
        var text = value.AsSpan();
        var end = text.IndexOfAny(',', ';');
        return RetryDuration.TryNumber((end < 0 ? text : text[..end]).Trim(), out var number) && number < long.MaxValue ? (long)number : Unknown;
    }

    private static int NameOf(in RateLimitHeader header) => string.GetHashCode(header.Name, StringComparison.OrdinalIgnoreCase);
}
