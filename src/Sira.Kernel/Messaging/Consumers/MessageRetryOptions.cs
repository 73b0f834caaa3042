using System.Globalization;
using Sira.Kernel.Configuration;
using Sira.Kernel.Time;

namespace Sira.Kernel.Messaging.Consumers;

/// <summary>What happens after a handler has failed: immediate retries, then retries with exponential back-off, then the message is a dead letter.</summary>
public sealed record MessageRetryOptions
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Gets the defaults.</summary>
    public static MessageRetryOptions Default { get; } = new();

    /// <summary>Gets no retries: the first failure makes a dead letter.</summary>
    public static MessageRetryOptions None { get; } = new() { MaximumDeliveries = 1 };

    /// <summary>Gets how often a message is delivered at most, the first time included.</summary>
    /// <value>Default 5.</value>
    public int MaximumDeliveries { get; init; } = 5;

    /// <summary>Gets how many of the retries come at once, against errors that last milliseconds.</summary>
    /// <value>Default 1.</value>
    public int ImmediateRetries { get; init; } = 1;

    /// <summary>Gets how long is waited before the first retry that is not immediate.</summary>
    /// <value>Default 1 second.</value>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets how many times longer each delay is than the one before.</summary>
    /// <value>Default 2.</value>
    public double Factor { get; init; } = 2;

    /// <summary>Gets the longest delay.</summary>
    /// <value>Default 5 minutes.</value>
    public TimeSpan MaximumDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets the share of each delay that is left to chance, so that what failed together is not retried together: a delay of 10 s and 0.2 give 8 to 10 s.</summary>
    /// <value>Default 0.2.</value>
    public double Jitter { get; init; } = 0.2;

    /// <summary>Gets which exceptions are worth a retry; for the others the message is a dead letter at once.</summary>
    /// <value>Default <see langword="null"/>: all are.</value>
    public Func<Exception, bool>? ShouldRetry { get; init; }

    internal void Validate(string path, ConfigurationErrors errors)
    {
        Check(MaximumDeliveries is >= 1 and <= 1000, nameof(MaximumDeliveries), MaximumDeliveries, "Use 1 to 1000 deliveries.");
        Check(ImmediateRetries is >= 0 and <= 1000, nameof(ImmediateRetries), ImmediateRetries, "Use 0 to 1000 retries.");
        Check(FirstDelay > TimeSpan.Zero && FirstDelay <= Longest, nameof(FirstDelay), FirstDelay, $"Use more than zero and at most {Longest.Days} days.");
        Check(MaximumDelay >= FirstDelay && MaximumDelay <= Longest, nameof(MaximumDelay), MaximumDelay, $"Use at least FirstDelay and at most {Longest.Days} days.");
        Check(Factor is >= 1 and <= 100, nameof(Factor), Factor, "Use 1 to 100.");
        Check(Jitter is >= 0 and <= 1, nameof(Jitter), Jitter, "Use a share from 0 to 1, such as 0.2.");

        void Check(bool valid, string name, object value, string fix)
        {
            if (!valid)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), fix);
            }
        }
    }

    // After the delivery of this number, from 1 on, has failed.
    internal TimeSpan DelayAfter(int deliveries, IRandomSource random)
    {
        if (deliveries <= ImmediateRetries)
        {
            return TimeSpan.Zero;
        }

        var ticks = Math.Min(MaximumDelay.Ticks, FirstDelay.Ticks * Math.Pow(Factor, deliveries - ImmediateRetries - 1));
        return TimeSpan.FromTicks((long)(ticks * (1 - (Jitter * random.NextDouble()))));
    }
}
