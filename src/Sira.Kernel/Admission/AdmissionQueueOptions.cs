using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Admission;

/// <summary>How many may wait for room, and for how long.</summary>
public sealed record AdmissionQueueOptions
{
    private const int Longest = 1_000_000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    // Whoever waits is moved in its lines at each step.
    private static readonly TimeSpan ShortestAgeing = TimeSpan.FromMilliseconds(10);

    /// <summary>Gets the defaults.</summary>
    public static AdmissionQueueOptions Default { get; } = new();

    /// <summary>Gets how many entries may wait at once. The next one is rejected, or takes the place of one of lower priority.</summary>
    /// <value>Default 1000.</value>
    public int MaximumLength { get; init; } = 1000;

    /// <summary>Gets how long an entry waits at most; an entry may ask for less.</summary>
    /// <value>Default 30 seconds.</value>
    public TimeSpan MaximumWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets after how much waiting an entry's priority grows by 1, and again each time after that, so that a steady stream of more important ones cannot keep it for ever.</summary>
    /// <value>Default <see langword="null"/>: never.</value>
    public TimeSpan? Ageing { get; init; }

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (MaximumLength is < 1 or > Longest)
        {
            errors.Add($"{path}:{nameof(MaximumLength)}", string.Create(CultureInfo.InvariantCulture, $"{MaximumLength} is out of range."), $"Use 1 to {Longest} entries.");
        }

        if (MaximumWait <= TimeSpan.Zero || MaximumWait > LongestWait)
        {
            errors.Add($"{path}:{nameof(MaximumWait)}", $"{MaximumWait} is out of range.", $"Use more than zero and at most {LongestWait.Days} days.");
        }

        if (Ageing is { } ageing && (ageing < ShortestAgeing || ageing > LongestWait))
        {
            errors.Add($"{path}:{nameof(Ageing)}", $"{ageing} is out of range.", $"Use {ShortestAgeing.TotalMilliseconds:0} ms to {LongestWait.Days} days, or leave it out.");
        }
    }
}
