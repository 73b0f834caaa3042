using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Health.Probing;

/// <summary>How the endpoints of a service are checked.</summary>
/// <remarks>With the defaults an endpoint that dies is out of service within three intervals: at most one until it is asked, three timeouts, and two rechecks.</remarks>
public sealed record HealthCheckOptions
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Gets the defaults.</summary>
    public static HealthCheckOptions Default { get; } = new();

    /// <summary>Gets the time from one check of an endpoint to the next.</summary>
    /// <value>Default 10 seconds.</value>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the share of the interval that is taken off at random, so that many processes do not ask at once.</summary>
    /// <value>Default 0.1.</value>
    public double Jitter { get; init; } = 0.1;

    /// <summary>Gets how long a check may take; not longer than <see cref="Interval"/>.</summary>
    /// <value>Default 5 seconds.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets the time to the next check while the verdict is about to change; not longer than <see cref="Interval"/>.</summary>
    /// <value>Default 1 second.</value>
    public TimeSpan RecheckInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the number of failed checks in a row that take an endpoint out of service.</summary>
    /// <value>Default 3, as in Kubernetes.</value>
    public int UnhealthyThreshold { get; init; } = 3;

    /// <summary>Gets the number of passed checks in a row that bring it back.</summary>
    /// <value>Default 2.</value>
    public int HealthyThreshold { get; init; } = 2;

    /// <summary>Gets how long after it was first seen the failures of an endpoint do not count, unless a check has passed: it may be starting.</summary>
    /// <value>Default zero.</value>
    public TimeSpan StartupGrace { get; init; }

    /// <summary>Gets what the <c>http</c> probe asks for, relative to the endpoint's address.</summary>
    /// <value>Default <c>/health</c>.</value>
    public string Path { get; init; } = "/health";

    /// <summary>Reads the options from a section, each key of which has the name of its property. Mistakes are added to the reader's; what is not there, or wrong, stays as it is.</summary>
    /// <param name="reader">The section. Its unknown keys are not reported.</param>
    /// <param name="defaults">What holds for keys that are not there.</param>
    /// <returns>The options.</returns>
    public static HealthCheckOptions Read(ConfigurationReader reader, HealthCheckOptions defaults)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(defaults);
        return defaults with
        {
            Interval = reader.TryDuration(nameof(Interval), out var interval) ? interval : defaults.Interval,
            Jitter = reader.TryDouble(nameof(Jitter), out var jitter, 0, 1) ? jitter : defaults.Jitter,
            Timeout = reader.TryDuration(nameof(Timeout), out var timeout) ? timeout : defaults.Timeout,
            RecheckInterval = reader.TryDuration(nameof(RecheckInterval), out var recheck) ? recheck : defaults.RecheckInterval,
            UnhealthyThreshold = reader.TryInt32(nameof(UnhealthyThreshold), out var unhealthy, minimum: 1) ? unhealthy : defaults.UnhealthyThreshold,
            HealthyThreshold = reader.TryInt32(nameof(HealthyThreshold), out var healthy, minimum: 1) ? healthy : defaults.HealthyThreshold,
            StartupGrace = reader.TryDuration(nameof(StartupGrace), out var grace) ? grace : defaults.StartupGrace,
            Path = reader.TryString(nameof(Path), out var path) ? path : defaults.Path,
        };
    }

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Check(Interval >= Shortest && Interval <= Longest, nameof(Interval), Interval, "Use 10ms to 1d, such as 10s.");
        Check(Jitter is >= 0 and <= 1, nameof(Jitter), Jitter, "Use a share from 0 to 1, such as 0.1.");
        Check(Timeout >= Shortest && Timeout <= Interval, nameof(Timeout), Timeout, $"Use 10ms to the interval, {DurationText.Write(Interval < TimeSpan.Zero ? TimeSpan.Zero : Interval)}.");
        Check(RecheckInterval >= Shortest && RecheckInterval <= Interval, nameof(RecheckInterval), RecheckInterval, $"Use 10ms to the interval, {DurationText.Write(Interval < TimeSpan.Zero ? TimeSpan.Zero : Interval)}.");
        Check(UnhealthyThreshold is >= 1 and <= 1000, nameof(UnhealthyThreshold), UnhealthyThreshold, "Use 1 to 1000 checks.");
        Check(HealthyThreshold is >= 1 and <= 1000, nameof(HealthyThreshold), HealthyThreshold, "Use 1 to 1000 checks.");
        Check(StartupGrace >= TimeSpan.Zero && StartupGrace <= Longest, nameof(StartupGrace), StartupGrace, "Use zero to 1d.");
        Check(Path.StartsWith('/') && Uri.TryCreate(Path, UriKind.Relative, out _), nameof(Path), $"'{Path}'", "Use a path that begins with a slash, such as /health.");

        void Check(bool valid, string name, object value, string fix)
        {
            if (!valid)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), fix);
            }
        }
    }
}
