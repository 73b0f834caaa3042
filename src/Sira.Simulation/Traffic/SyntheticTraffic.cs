using Sira.Kernel.Time;

namespace Sira.Simulation.Traffic;

/// <summary>Makes up traffic by a seed: equal options and seeds give equal logs.</summary>
/// <remarks>Requests of a conversation grow: each has the turns before it as input. Intervals are exponential at the rate of their hour (a Poisson process, thinned), sizes are log-normal.</remarks>
public sealed class SyntheticTraffic
{
    /// <summary>Gets or sets the seed.</summary>
    /// <value>Default 1.</value>
    public int Seed { get; set; } = 1;

    /// <summary>Gets or sets the length of the log.</summary>
    /// <value>Default 1 day.</value>
    public TimeSpan Duration { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Gets or sets the requests per minute in the busiest hour.</summary>
    /// <value>Default 10.</value>
    public double PeakRequestsPerMinute { get; set; } = 10;

    /// <summary>Gets or sets how busy each hour of the day is, from 0 to 1; the log begins at midnight.</summary>
    /// <value>Default: an office day, quiet at night, with peaks before and after noon.</value>
    public IReadOnlyList<double> HourlyLoad { get; set; } = [0.05, 0.03, 0.02, 0.02, 0.03, 0.06, 0.15, 0.35, 0.7, 0.95, 1, 0.95, 0.7, 0.85, 1, 0.95, 0.85, 0.65, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1];

    /// <summary>Gets or sets the median of input tokens of a first turn.</summary>
    /// <value>Default 400.</value>
    public int MedianInputTokens { get; set; } = 400;

    /// <summary>Gets or sets the median of output tokens.</summary>
    /// <value>Default 180.</value>
    public int MedianOutputTokens { get; set; } = 180;

    /// <summary>Gets or sets the spread of sizes: the standard deviation of their logarithm.</summary>
    /// <value>Default 0.8: one in six is more than 2.2 times the median.</value>
    public double SizeSpread { get; set; } = 0.8;

    /// <summary>Gets or sets the share of streams.</summary>
    /// <value>Default 0.7.</value>
    public double StreamingShare { get; set; } = 0.7;

    /// <summary>Gets or sets the share of requests that go on with a conversation.</summary>
    /// <value>Default 0.5.</value>
    public double ConversationShare { get; set; } = 0.5;

    /// <summary>Gets or sets the share of requests that offer tools.</summary>
    /// <value>Default 0.2.</value>
    public double ToolShare { get; set; } = 0.2;

    /// <summary>Gets or sets the number of tenants; the first makes the most requests.</summary>
    /// <value>Default 3.</value>
    public int Tenants { get; set; } = 3;

    /// <summary>Makes the log.</summary>
    /// <returns>The log.</returns>
    /// <exception cref="InvalidOperationException">An option is out of range.</exception>
    public TrafficLog Generate()
    {
        if (Duration <= TimeSpan.Zero || PeakRequestsPerMinute <= 0 || HourlyLoad.Count == 0 || HourlyLoad.Any(static load => load is < 0 or > 1) || Tenants < 1 || MedianInputTokens < 1 || MedianOutputTokens < 1)
        {
            throw new InvalidOperationException("Synthetic traffic needs a duration, a rate and medians above 0, at least one tenant, and hourly loads from 0 to 1.");
        }

        var random = new SeededRandomSource(Seed);
        var conversations = new List<(string Key, int Tokens, int Tenant)>();
        var records = new List<TrafficRecord>();
        var minutes = 0.0;
        while ((minutes -= Math.Log(1 - random.NextDouble()) / PeakRequestsPerMinute) < Duration.TotalMinutes)
        {
            if (random.NextDouble() < HourlyLoad[(int)(minutes / 60) % HourlyLoad.Count])
            {
                records.Add(Next(TimeSpan.FromMilliseconds(Math.Floor(minutes * 60_000)), random, conversations));
            }
        }

        return new TrafficLog(records);
    }

    private TrafficRecord Next(TimeSpan at, SeededRandomSource random, List<(string Key, int Tokens, int Tenant)> conversations)
    {
        const int MostOpen = 50;
        const int LongestConversation = 60_000;
        var (input, output) = (Size(MedianInputTokens, random), Size(MedianOutputTokens, random));
        var index = conversations.Count > 0 && random.NextDouble() < ConversationShare ? random.Next(conversations.Count) : -1;
        var (key, before, tenant) = index >= 0 ? conversations[index] : ($"conversation-{random.Next(int.MaxValue)}", 0, Math.Min(random.Next(Tenants), random.Next(Tenants)));
        var now = (key, before + input + output, tenant);
        if (index >= 0)
        {
            conversations.RemoveAt(index);
        }

        if (now.Item2 < LongestConversation)
        {
            conversations.Add(now);
        }

        if (conversations.Count > MostOpen)
        {
            conversations.RemoveAt(0);
        }

        return new TrafficRecord
        {
            At = at,
            Tenant = $"tenant-{tenant + 1}",
            AffinityKey = key,
            InputTokens = before + input,
            OutputTokens = output,
            Streaming = random.NextDouble() < StreamingShare,
            Features = random.NextDouble() < ToolShare ? ["Tools"] : null,
        };
    }

    // Box-Muller: one normal draw of two uniform ones.
    private int Size(int median, SeededRandomSource random)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return (int)Math.Clamp(median * Math.Exp(SizeSpread * normal), 1, 100_000);
    }
}
