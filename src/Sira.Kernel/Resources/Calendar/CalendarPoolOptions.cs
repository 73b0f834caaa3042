using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Resources.Calendar;

/// <summary>How a <see cref="CalendarPool"/> keeps room for what is booked.</summary>
public sealed record CalendarPoolOptions
{
    private const int MostBookings = 100_000;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>Gets the defaults.</summary>
    public static CalendarPoolOptions Default { get; } = new();

    /// <summary>Gets how long before a booking begins its amount is kept free of reservations without an end. Choose the longest time for which those are held: who holds longer delays the booking.</summary>
    /// <value>Default 10 minutes.</value>
    public TimeSpan Lead { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets how long after its beginning a booking is kept for whoever does not come.</summary>
    /// <value>Default 5 minutes.</value>
    public TimeSpan ClaimWithin { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets how far ahead a booking may end.</summary>
    /// <value>Default 31 days.</value>
    public TimeSpan Horizon { get; init; } = TimeSpan.FromDays(31);

    /// <summary>Gets how many bookings there may be at once.</summary>
    /// <value>Default 1000.</value>
    public int MaximumBookings { get; init; } = 1000;

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Check(nameof(Lead), Lead, TimeSpan.Zero);
        Check(nameof(ClaimWithin), ClaimWithin, TimeSpan.FromTicks(1));
        Check(nameof(Horizon), Horizon, TimeSpan.FromTicks(1));
        if (MaximumBookings is < 1 or > MostBookings)
        {
            errors.Add($"{path}:{nameof(MaximumBookings)}", string.Create(CultureInfo.InvariantCulture, $"{MaximumBookings} is out of range."), $"Use 1 to {MostBookings} bookings.");
        }

        void Check(string name, TimeSpan value, TimeSpan least)
        {
            if (value < least || value > Longest)
            {
                errors.Add($"{path}:{name}", $"{value} is out of range.", $"Use {(least == TimeSpan.Zero ? "zero" : "more than zero")} to {Longest.Days} days.");
            }
        }
    }
}
