using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Resources.Leases;

/// <summary>How long leases last and how many there may be.</summary>
public sealed record ResourceLeaseOptions
{
    private const int MostLeases = 10_000_000;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>Gets the defaults.</summary>
    public static ResourceLeaseOptions Default { get; } = new();

    /// <summary>Gets how long a lease lasts that asks for no other time, and by how much it is renewed.</summary>
    /// <value>Default 1 minute.</value>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets the longest time for which a lease may be asked or renewed at once. The lease of a booking lasts as long as was booked, whatever this says.</summary>
    /// <value>Default 1 day.</value>
    public TimeSpan MaximumDuration { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Gets how many leases may be held at once.</summary>
    /// <value>Default 100,000.</value>
    public int MaximumLeases { get; init; } = 100_000;

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (MaximumDuration <= TimeSpan.Zero || MaximumDuration > Longest)
        {
            errors.Add($"{path}:{nameof(MaximumDuration)}", $"{MaximumDuration} is out of range.", $"Use more than zero and at most {Longest.Days} days.");
        }

        if (Duration <= TimeSpan.Zero || Duration > MaximumDuration)
        {
            errors.Add($"{path}:{nameof(Duration)}", $"{Duration} is out of range.", $"Use more than zero and at most {nameof(MaximumDuration)}, {MaximumDuration}.");
        }

        if (MaximumLeases is < 1 or > MostLeases)
        {
            errors.Add($"{path}:{nameof(MaximumLeases)}", string.Create(CultureInfo.InvariantCulture, $"{MaximumLeases} is out of range."), $"Use 1 to {MostLeases} leases.");
        }
    }
}
