using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Overload;

/// <summary>Between which bounds a concurrency limit moves, and how fast.</summary>
public sealed record AdaptiveConcurrencyLimitOptions
{
    private const int Largest = 1_000_000;
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);

    /// <summary>Gets the defaults.</summary>
    public static AdaptiveConcurrencyLimitOptions Default { get; } = new();

    /// <summary>Gets the limit at the beginning.</summary>
    /// <value>Default 20.</value>
    public int InitialLimit { get; init; } = 20;

    /// <summary>Gets the smallest limit.</summary>
    /// <value>Default 1.</value>
    public int MinimumLimit { get; init; } = 1;

    /// <summary>Gets the largest limit.</summary>
    /// <value>Default 1000.</value>
    public int MaximumLimit { get; init; } = 1000;

    /// <summary>Gets what the limit is multiplied by when the callee is overloaded.</summary>
    /// <value>Default 0.8.</value>
    public double DecreaseFactor { get; init; } = 0.8;

    /// <summary>Gets the time within which the limit is lowered once at most: the signals of one overload come in a bunch, from calls that began before the limit was lowered.</summary>
    /// <value>Default 1 second. Zero lowers it at each signal.</value>
    public TimeSpan DecreaseInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Check(MinimumLimit is >= 1 and <= Largest, nameof(MinimumLimit), MinimumLimit, $"Use 1 to {Largest} calls; at 0 nothing would ever be tried again.");
        Check(MaximumLimit >= MinimumLimit && MaximumLimit <= Largest, nameof(MaximumLimit), MaximumLimit, $"Use at least the {nameof(MinimumLimit)} and at most {Largest} calls.");
        Check(InitialLimit >= MinimumLimit && InitialLimit <= MaximumLimit, nameof(InitialLimit), InitialLimit, $"Use the {nameof(MinimumLimit)}, the {nameof(MaximumLimit)} or a number between them.");
        Check(DecreaseFactor is > 0 and < 1, nameof(DecreaseFactor), DecreaseFactor, "Use a factor above 0 and below 1, such as 0.8.");
        Check(DecreaseInterval >= TimeSpan.Zero && DecreaseInterval <= LongestInterval, nameof(DecreaseInterval), DecreaseInterval, "Use zero to 1 hour.");

        void Check(bool valid, string name, object value, string fix)
        {
            if (!valid)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), fix);
            }
        }
    }
}
