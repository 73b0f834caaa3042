namespace Sira.Backends.RateLimits;

/// <summary>What a provider said last of the rate limits of one model. Thread-safe.</summary>
internal sealed class RateLimitSlot
{
    private volatile RateLimitStatus? status;

    /// <summary>Gets what it said, or <see langword="null"/> when it never said anything.</summary>
    public RateLimitStatus? Status => status;

    /// <summary>Takes over what an answer says, if it says anything.</summary>
    public void Note(HttpResponseMessage answer, TimeProvider time)
    {
        if (RateLimitReader.Read(answer.Headers, time) is { } said)
        {
            status = said;
        }
    }
}
