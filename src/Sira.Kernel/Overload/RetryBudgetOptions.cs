using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Overload;

/// <summary>How many retries calls earn.</summary>
public sealed record RetryBudgetOptions
{
    private const double MostPerSecond = 1_000_000;
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Gets the defaults.</summary>
    public static RetryBudgetOptions Default { get; } = new();

    /// <summary>Gets how much of a retry each call earns.</summary>
    /// <value>Default 0.2: one retry for five calls.</value>
    public double RetryRatio { get; init; } = 0.2;

    /// <summary>Gets how many retries per second there are whatever calls earn, so that little traffic is retried too.</summary>
    /// <value>Default 1, which is ten within the default <see cref="TimeToLive"/>.</value>
    public double MinimumRetriesPerSecond { get; init; } = 1;

    /// <summary>Gets how long what a call earned can be spent, and how long what was spent counts.</summary>
    /// <value>Default 10 seconds.</value>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Check(RetryRatio is >= 0 and <= 1000, nameof(RetryRatio), RetryRatio, "Use 0 to 1000 retries for a call, such as 0.2.");
        Check(MinimumRetriesPerSecond is >= 0 and <= MostPerSecond, nameof(MinimumRetriesPerSecond), MinimumRetriesPerSecond, string.Create(CultureInfo.InvariantCulture, $"Use 0 to {MostPerSecond} retries, such as 1."));
        Check(TimeToLive >= Shortest && TimeToLive <= Longest, nameof(TimeToLive), TimeToLive, "Use 1 second to 1 hour.");

        void Check(bool valid, string name, object value, string fix)
        {
            if (!valid)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), fix);
            }
        }
    }
}
