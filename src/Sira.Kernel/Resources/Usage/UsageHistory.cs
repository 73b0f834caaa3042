using Sira.Kernel.Configuration;

namespace Sira.Kernel.Resources.Usage;

/// <summary>Remembers what was used of pools and by tenants, step by step, as the ground for forecasts.</summary>
/// <remarks>Thread-safe and bounded.</remarks>
public sealed class UsageHistory
{
    private readonly Dictionary<string, LinkedListNode<UsageSeries>> byName = new(StringComparer.Ordinal);

    // The most recently asked for first.
    private readonly LinkedList<UsageSeries> byUse = [];
    private readonly Lock gate = new();
    private readonly TimeProvider time;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="options">What is remembered; <see langword="null"/> means the defaults.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public UsageHistory(TimeProvider time, UsageHistoryOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.time = time;
        Options = options ?? UsageHistoryOptions.Default;
        var errors = new ConfigurationErrors();
        Options.Validate("UsageHistory", errors);
        errors.ThrowIfAny();
    }

    /// <summary>Gets what is remembered.</summary>
    public UsageHistoryOptions Options { get; }

    /// <summary>Gets the names of what is remembered, the most recently asked for first.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (gate)
            {
                return [.. byUse.Select(static series => series.Name)];
            }
        }
    }

    /// <summary>Returns the series of a name, a new one if there is none. Keep it where much is added: it stays good when it is no longer remembered here, but then nobody else finds it.</summary>
    /// <param name="name">What is measured, such as <c>tenant 'acme' tokens</c>.</param>
    /// <returns>The series.</returns>
    /// <exception cref="ArgumentException">The name is blank.</exception>
    public UsageSeries Get(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        lock (gate)
        {
            if (byName.TryGetValue(name, out var known))
            {
                byUse.Remove(known);
                byUse.AddFirst(known);
                return known.Value;
            }

            if (byName.Count >= Options.MaximumSeries)
            {
                byName.Remove(byUse.Last!.Value.Name);
                byUse.RemoveLast();
            }

            var series = new UsageSeries(name, Options.Step, Options.Length, time);
            byName.Add(name, byUse.AddFirst(series));
            return series;
        }
    }

    /// <summary>Measures a pool from now on, under its name: what each settled reservation of it has used.</summary>
    /// <param name="pool">The pool.</param>
    /// <returns>The series.</returns>
    public UsageSeries Measure(ResourcePool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        var series = Get(pool.Name);
        pool.Usage = series;
        return series;
    }
}
