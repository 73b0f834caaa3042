using System.Globalization;
using Sira.Kernel.Configuration;
using Sira.Kernel.Health;

namespace Sira.Kernel.Discovery.Sources;

/// <summary>How a source is followed.</summary>
public sealed record FollowOptions
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Gets the defaults.</summary>
    public static FollowOptions Default { get; } = new();

    /// <summary>Gets when the breakers of its endpoints open and close.</summary>
    public CircuitBreakerOptions Breaker { get; init; } = CircuitBreakerOptions.Default;

    /// <summary>Gets the rank of the source: of two that list the same endpoint, the one with the lower rank wins.</summary>
    /// <value>Default 0.</value>
    public int Precedence { get; init; }

    /// <summary>Gets how long after a list the next one is asked for, so that a source that changes all the time does not keep the registry busy.</summary>
    /// <value>Default 100 milliseconds.</value>
    public TimeSpan MinimumInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets how long the source may take to its first list before that is logged. It is waited for all the same.</summary>
    /// <value>Default 10 seconds.</value>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the wait after the first failure; it doubles with each further one.</summary>
    /// <value>Default 1 second.</value>
    public TimeSpan InitialBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the longest wait after a failure.</summary>
    /// <value>Default 1 minute.</value>
    public TimeSpan MaximumBackoff { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Breaker.Validate($"{path}:{nameof(Breaker)}", errors);
        Check(MinimumInterval, nameof(MinimumInterval), TimeSpan.Zero);
        Check(StartTimeout, nameof(StartTimeout), TimeSpan.FromMilliseconds(1));
        Check(InitialBackoff, nameof(InitialBackoff), TimeSpan.FromMilliseconds(1));
        Check(MaximumBackoff, nameof(MaximumBackoff), InitialBackoff);

        void Check(TimeSpan value, string name, TimeSpan least)
        {
            if (value < least || value > Longest)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), string.Create(CultureInfo.InvariantCulture, $"Use {least} to one day."));
            }
        }
    }
}
