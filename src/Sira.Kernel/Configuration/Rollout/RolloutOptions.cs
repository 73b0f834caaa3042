using System.Globalization;

namespace Sira.Kernel.Configuration.Rollout;

/// <summary>How a configuration is rolled out, and when it is taken back.</summary>
/// <remarks>
/// Failures are judged by Fisher's exact test, one-sided: how likely is it that this many of the failures fell on the trial by chance, if both configurations were equally good? It is exact for small counts too, so one failure of two requests proves nothing.
/// It is asked again after each further <see cref="MinimumRequests"/> of the trial, the k-th time at the level α/(k(k+1)). These add up to α, so that however often is looked, a trial that is as good as the other is taken back with a probability of at most α.
/// </remarks>
public sealed class RolloutOptions
{
    /// <summary>Gets or sets the shares of the traffic, in percent, one after the other. After the last the configuration is in force for all.</summary>
    /// <value>Default 5, 25, 50; each more than the one before, and less than 100.</value>
    public IReadOnlyList<double> Steps { get; set; } = [5, 25, 50];

    /// <summary>Gets or sets how many requests each of the two must have ended in a step before it is passed, and after how many of the trial each is judged.</summary>
    /// <value>Default 100; from 10 to 1,000,000.</value>
    public int MinimumRequests { get; set; } = 100;

    /// <summary>Gets or sets how long a step lasts at least.</summary>
    /// <value>Default 5 minutes; at most 7 days.</value>
    public TimeSpan StepDuration { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets after which time a rollout is taken back that has not come to its end, because there are too few requests to judge it.</summary>
    /// <value>Default one day; at most 30 days.</value>
    public TimeSpan MaximumDuration { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Gets or sets α, the probability at most with which a trial that is as good as the other is taken back.</summary>
    /// <value>Default 0.01; from 0.000001 to 0.2.</value>
    public double Significance { get; set; } = 0.01;

    /// <summary>Gets or sets the difference of the failure ratios that is put up with, even where it is no chance.</summary>
    /// <value>Default 0.01: one request in a hundred.</value>
    public double ToleratedFailures { get; set; } = 0.01;

    /// <summary>Gets or sets the failure ratio above which the trial is taken back whatever the other does, as where all requests with one sticky key fell on the trial.</summary>
    /// <value>Default 0.5.</value>
    public double MaximumFailures { get; set; } = 0.5;

    /// <summary>Gets or sets how many times as long requests that were answered may take, by the geometric mean; <see langword="null"/> to leave latency unjudged. Judged by Welch's test on the logarithms, at half of α.</summary>
    /// <value>Default <see langword="null"/>; from 1 to 100.</value>
    public double? MaximumLatencyRatio { get; set; }

    /// <summary>Gets or sets what stays with one configuration: for the gateway <c>Tenant</c>, <c>User</c> or <c>Conversation</c>. Who is with the trial stays with it in later steps.</summary>
    /// <value>Default <see langword="null"/>: each request is dealt by chance.</value>
    public string? StickyBy { get; set; }

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var ascend = Steps is { Count: > 0 } && Steps.Zip(Steps.Skip(1)).All(static pair => pair.First < pair.Second);
        Check(ascend && Steps.All(static step => step is > 0 and < 100), nameof(Steps), string.Join(", ", Steps ?? []), "Use percentages above 0 and below 100 that rise, such as 5, 25, 50.");
        Check(MinimumRequests is >= 10 and <= 1_000_000, nameof(MinimumRequests), MinimumRequests, "Use 10 to 1000000 requests, such as 100.");
        Check(StepDuration >= TimeSpan.Zero && StepDuration <= TimeSpan.FromDays(7), nameof(StepDuration), StepDuration, "Use zero to 7 days, such as 5 minutes.");
        Check(MaximumDuration > TimeSpan.Zero && MaximumDuration <= TimeSpan.FromDays(30), nameof(MaximumDuration), MaximumDuration, "Use more than zero and at most 30 days, such as one day.");
        Check(Significance is >= 0.000001 and <= 0.2, nameof(Significance), Significance, "Use 0.000001 to 0.2, such as 0.01.");
        Check(ToleratedFailures is >= 0 and <= 1, nameof(ToleratedFailures), ToleratedFailures, "Use a ratio from 0 to 1, such as 0.01.");
        Check(MaximumFailures is > 0 and <= 1, nameof(MaximumFailures), MaximumFailures, "Use a ratio above 0 and at most 1, such as 0.5.");
        Check(MaximumLatencyRatio is null or (>= 1 and <= 100), nameof(MaximumLatencyRatio), MaximumLatencyRatio ?? 0, "Use 1 to 100, such as 1.5, or leave it out.");

        void Check(bool valid, string name, object value, string fix)
        {
            if (!valid)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"'{value}' is out of range."), fix);
            }
        }
    }
}
