using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Overload;

/// <summary>When calls are rejected before they are made because the callee would reject them.</summary>
public sealed record AdaptiveThrottleOptions
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Gets the defaults.</summary>
    public static AdaptiveThrottleOptions Default { get; } = new();

    /// <summary>Gets how many calls are let through for each one that is accepted; K in the formula. Lower is stricter and hears later of a recovery.</summary>
    /// <value>Default 2.</value>
    public double Multiplier { get; init; } = 2;

    /// <summary>Gets how far back calls count. At least as long as the longest call takes until it is accepted: those in flight count as not accepted.</summary>
    /// <value>Default 2 minutes.</value>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets the number of calls within the window below which none is rejected.</summary>
    /// <value>Default 10.</value>
    public int MinimumThroughput { get; init; } = 10;

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Check(Multiplier is >= 1 and <= 1000, nameof(Multiplier), Multiplier, "Use 1 to 1000 calls for each accepted one, such as 2.");
        Check(Window >= Shortest && Window <= Longest, nameof(Window), Window, "Use 1 second to 1 hour.");
        Check(MinimumThroughput >= 1, nameof(MinimumThroughput), MinimumThroughput, "Use 1 or more calls.");

        void Check(bool valid, string name, object value, string fix)
        {
            if (!valid)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), fix);
            }
        }
    }
}
