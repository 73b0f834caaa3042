using System.Globalization;
using Sira.Kernel.Configuration;
using Sira.Kernel.Health.Detection;

namespace Sira.Kernel.Registry.Leases;

/// <summary>How long an endpoint outlives the silence of its holder.</summary>
public sealed record LeaseOptions
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Gets the defaults.</summary>
    public static LeaseOptions Default { get; } = new();

    /// <summary>Gets how long after a renewal the lease lapses: the endpoint then gets no more calls.</summary>
    /// <value>Default 30 seconds. Renew three times as often, so that two lost renewals do not matter.</value>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how long after it lapsed the lease ends: the endpoint is removed, and can only be registered anew.</summary>
    /// <value>Default 1 minute; <see cref="Timeout.InfiniteTimeSpan"/> keeps it for ever.</value>
    public TimeSpan RemoveAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets whether, and how, silence shorter than <see cref="TimeToLive"/> lapses the lease too, judged by how regularly it was renewed before.</summary>
    /// <value>Default <see langword="null"/>: only the time to live counts.</value>
    public PhiAccrualOptions? FailureDetector { get; init; }

    /// <summary>Gets whether the lease may replace one that its holder still renews. One that has lapsed is always replaced.</summary>
    /// <value>Default <see langword="false"/>: a second holder of one identity is most often a mistake.</value>
    public bool TakeOver { get; init; }

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Check(TimeToLive >= Shortest && TimeToLive <= Longest, nameof(TimeToLive), TimeToLive, "Use 100ms to 30d, such as 30s.");
        Check(RemoveAfter == Timeout.InfiniteTimeSpan || (RemoveAfter >= TimeSpan.Zero && RemoveAfter <= Longest), nameof(RemoveAfter), RemoveAfter, "Use zero to 30d, such as 1m, or infinite.");
        FailureDetector?.Validate($"{path}:{nameof(FailureDetector)}", errors);

        void Check(bool valid, string name, object value, string fix)
        {
            if (!valid)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), fix);
            }
        }
    }
}
