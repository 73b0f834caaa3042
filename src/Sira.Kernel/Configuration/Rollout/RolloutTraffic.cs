using System.Globalization;
using Sira.Kernel.Balancing;
using Sira.Kernel.Time;

namespace Sira.Kernel.Configuration.Rollout;

/// <summary>Deals requests out between the configuration in force and the one that is rolled out, and judges the second by how they end.</summary>
/// <remarks>Thread-safe and lock-free.</remarks>
public sealed class RolloutTraffic
{
    private readonly RolloutOptions options;
    private readonly TimeProvider time;
    private readonly IRandomSource random;
    private readonly Action<RolloutTraffic, bool, string> decide;
    private readonly ulong seed;
    private volatile RolloutStep step;
    private volatile bool hasEnded;
    private int looks;

    internal RolloutTraffic(long version, RolloutOptions options, TimeProvider time, IRandomSource random, Action<RolloutTraffic, bool, string> decide)
    {
        (Version, this.options, this.time, this.random, this.decide) = (version, options, time, random, decide);
        seed = StableHash.Compute(string.Create(CultureInfo.InvariantCulture, $"rollout {version}"));
        step = new RolloutStep(0, options.Steps[0], time.GetTimestamp());
    }

    /// <summary>Gets the number of the version that is rolled out.</summary>
    public long Version { get; }

    /// <summary>Gets what stays with one configuration; <see langword="null"/> when each request is dealt by chance.</summary>
    public string? StickyBy => options.StickyBy;

    internal RolloutStep Step => step;

    internal bool IsLastStep => step.Index == options.Steps.Count - 1;

    /// <summary>Deals a request.</summary>
    /// <param name="key">What it has of <see cref="StickyBy"/>. The same key always goes the same way, and once with the trial stays with it as its share grows; a request without one is dealt by chance.</param>
    /// <returns>Whether the version that is rolled out serves it.</returns>
    public bool TakesTrial(string? key)
    {
        if (hasEnded)
        {
            return false;
        }

        var point = string.IsNullOrEmpty(key) ? random.NextDouble() : (StableHash.Combine(seed, StableHash.Compute(key)) >> 11) / (double)(1UL << 53);
        return point * 100 < step.Percent;
    }

    /// <summary>Notes how a request ended. One that its caller cancelled says nothing and is not noted.</summary>
    /// <param name="onTrial">Which of the two served it.</param>
    /// <param name="failed">Whether it failed.</param>
    /// <param name="duration">How long it took.</param>
    public void Record(bool onTrial, bool failed, TimeSpan duration)
    {
        var current = step;
        if (!onTrial)
        {
            current.Stable.Add(failed, duration);
        }
        else if (current.Trial.Add(failed, duration) % options.MinimumRequests == 0)
        {
            Look(current);
        }
    }

    /// <summary>Goes on to the next step.</summary>
    internal void Advance() => step = new RolloutStep(step.Index + 1, options.Steps[step.Index + 1], time.GetTimestamp());

    internal void End() => hasEnded = true;

    private void Look(RolloutStep at)
    {
        var look = Interlocked.Increment(ref looks);
        var level = options.Significance / ((double)look * (look + 1)) / (options.MaximumLatencyRatio is null ? 1 : 2);
        if (FindFault(at, level) is { } fault)
        {
            End(at, isGood: false, fault);
        }
        else if (at.Stable.Total >= options.MinimumRequests && time.GetElapsedTime(at.StartedAt) >= options.StepDuration)
        {
            End(at, isGood: true, string.Create(CultureInfo.InvariantCulture, $"step {at.Index + 1} of {options.Steps.Count} passed: {Describe(at)}"));
        }
    }

    private void End(RolloutStep at, bool isGood, string why)
    {
        if (!hasEnded && at.TryEnd())
        {
            decide(this, isGood, why);
        }
    }

    private string? FindFault(RolloutStep at, double level)
    {
        var (trial, stable) = (at.Trial, at.Stable);
        var ratio = Ratio(trial);
        if (ratio > options.MaximumFailures)
        {
            return string.Create(CultureInfo.InvariantCulture, $"more than {options.MaximumFailures:0.##%} of its requests failed: {Describe(at)}");
        }

        if (ratio - Ratio(stable) > options.ToleratedFailures && RolloutTests.FailureTail(trial.Total, trial.Failures, stable.Total, stable.Failures) is var chance && chance < level)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it fails more often: {Describe(at)}; by chance with a probability of {chance:0.0e0}, below {level:0.0e0} (Fisher's exact test)");
        }

        if (options.MaximumLatencyRatio is { } most && RolloutTests.LatencyTail(trial, stable, Math.Log(most)) is var slow && slow < level)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it takes more than {most:0.##} times as long: {trial.Status.Latency!.Value.TotalMilliseconds:0.#} ms against {stable.Status.Latency!.Value.TotalMilliseconds:0.#} ms; by chance with a probability of {slow:0.0e0}, below {level:0.0e0} (Welch's test)");
        }

        return null;
    }

    private static double Ratio(RolloutArm arm) => arm.Total == 0 ? 0 : (double)arm.Failures / arm.Total;

    private static string Describe(RolloutStep at) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.Trial.Failures} of {at.Trial.Total} requests failed, against {at.Stable.Failures} of {at.Stable.Total} on the version in force");
}
