using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sira.Gateway.Budgets;
using Sira.Kernel.Diagnostics;

namespace Sira.Gateway.Telemetry;

/// <summary>The tokens that providers reported, twice: as the histogram that OpenTelemetry's conventions have long had, and as the counters that are about to follow it, which tell cached, cache-written and reasoning tokens apart.</summary>
internal sealed class TokenMetrics
{
    // The bucket boundaries that the gen_ai semantic conventions advise.
    private static readonly int[] Buckets = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

    private readonly Histogram<int> usage = SiraDiagnostics.Meter.CreateHistogram("gen_ai.client.token.usage", "{token}", "Tokens that a call used.", tags: null, new InstrumentAdvice<int> { HistogramBucketBoundaries = Buckets });
    private readonly Counter<long> input = CreateCounter("input_tokens", "Input tokens, cached ones included.");
    private readonly Counter<long> cacheRead = CreateCounter("cache_read.input_tokens", "Input tokens that the provider read from its prompt cache.");
    private readonly Counter<long> cacheWrite = CreateCounter("cache_write.input_tokens", "Input tokens that the provider wrote to its prompt cache.");
    private readonly Counter<long> output = CreateCounter("output_tokens", "Output tokens, reasoning included.");
    private readonly Counter<long> reasoning = CreateCounter("reasoning.output_tokens", "Output tokens spent on reasoning.");

    public bool Enabled => usage.Enabled || input.Enabled || cacheRead.Enabled || cacheWrite.Enabled || output.Enabled || reasoning.Enabled;

    public void Record(in ReportedTokens tokens, in TagList tags)
    {
        Record(tokens.Input, "input", tags);
        Record(tokens.Output, "output", tags);

        // Providers tell modalities apart in ways of their own, or not at all; for that there is a value.
        var counted = tags;
        counted.Add("gen_ai.token.modality", "unknown");
        Add(input, tokens.Input, counted);
        Add(cacheRead, tokens.Cached, counted);
        Add(cacheWrite, tokens.CacheWrite, counted);
        Add(output, tokens.Output, counted);
        Add(reasoning, tokens.Reasoning, counted);
    }

    private static Counter<long> CreateCounter(string name, string description) =>
        SiraDiagnostics.Meter.CreateCounter<long>("gen_ai.client.inference.usage." + name, "{token}", description);

    private static void Add(Counter<long> counter, long? count, in TagList tags)
    {
        if (count is { } value)
        {
            counter.Add(value, tags);
        }
    }

    private void Record(long? count, string type, TagList tags)
    {
        if (count is { } value)
        {
            tags.Add("gen_ai.token.type", type);

            // Counts were cut to 2³¹ − 1 when they were reported.
            usage.Record((int)value, tags);
        }
    }
}
