using System.Globalization;

namespace Sira.Kernel.Configuration;

/// <summary>Reads and writes durations as people write them in configuration files.</summary>
public static class DurationText
{
    /// <summary>What may be written, for the fix of an error.</summary>
    public const string Grammar = "Write a number with its unit, such as 500ms, 30s, 5m, 1.5h or 1d; or hours, minutes and seconds, such as 00:00:30; or infinite.";

    // Longest suffix first: 'ms' also ends in 's'.
    private static readonly (string Suffix, long Ticks)[] Units =
    [
        ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
        ("d", TimeSpan.TicksPerDay),
    ];

    /// <summary>Writes a duration in its largest unit, rounded to a tenth: <c>1d</c>, <c>2.5h</c>, <c>500ms</c>.</summary>
    /// <param name="duration">The duration, not negative.</param>
    /// <returns>What <see cref="TryParse"/> reads.</returns>
    public static string Write(TimeSpan duration)
    {
        if (duration == Timeout.InfiniteTimeSpan)
        {
            return "infinite";
        }

        for (var i = Units.Length - 1; i > 0; i--)
        {
            if (duration.Ticks >= Units[i].Ticks)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{(double)duration.Ticks / Units[i].Ticks:0.#}{Units[i].Suffix}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.#}ms");
    }

    /// <summary>Reads a duration that is not negative; <c>infinite</c> is <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="duration">The duration; zero when this returns <see langword="false"/>.</param>
    /// <returns>Whether the text is a duration.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        text = text.Trim();
        if (text.Equals("infinite", StringComparison.OrdinalIgnoreCase))
        {
            duration = Timeout.InfiniteTimeSpan;
            return true;
        }

        // Both colons are asked for: the framework reads a bare 30 as thirty days and 00:30 as thirty minutes.
        if (text.Count(':') == 2)
        {
            return TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out duration) && duration >= TimeSpan.Zero;
        }

        foreach (var (suffix, ticks) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                return TryScale(text[..^suffix.Length].TrimEnd(), ticks, out duration);
            }
        }

        duration = default;
        return false;
    }

    private static bool TryScale(ReadOnlySpan<char> number, long ticks, out TimeSpan duration)
    {
        duration = default;
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            || count > long.MaxValue / ticks)
        {
            return false;
        }

        duration = new TimeSpan((long)(count * ticks));
        return true;
    }
}
