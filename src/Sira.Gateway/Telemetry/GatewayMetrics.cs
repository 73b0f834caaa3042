using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sira.Gateway.Decisions;
using Sira.Gateway.Routing;
using Sira.Kernel.Diagnostics;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Telemetry;

/// <summary>Per-attempt metrics under OpenTelemetry's gen_ai names. Costs a few loads while nobody listens.</summary>
internal sealed class GatewayMetrics
{
    // The bucket boundaries that the gen_ai semantic conventions advise.
    private static readonly double[] DurationBuckets = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
    private static readonly int[] TokenBuckets = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

    private readonly Histogram<double> duration = SiraDiagnostics.Meter.CreateHistogram("gen_ai.client.operation.duration", "s", "Duration of a call of a model.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets });
    private readonly Histogram<double> firstToken = SiraDiagnostics.Meter.CreateHistogram("gen_ai.client.operation.time_to_first_chunk", "s", "Time to the first token of a stream.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets });
    private readonly Histogram<int> tokens = SiraDiagnostics.Meter.CreateHistogram("gen_ai.client.token.usage", "{token}", "Tokens that a call used.", tags: null, new InstrumentAdvice<int> { HistogramBucketBoundaries = TokenBuckets });
    private readonly Counter<double> cost = SiraDiagnostics.Meter.CreateCounter<double>("sira.client.cost", "{USD}", "US dollars billed for calls whose price is known.");

    public void Record(RouteTarget target, bool streaming, TimeSpan elapsed, in AttemptFacts attempt, string? variant)
    {
        if (!duration.Enabled && !tokens.Enabled && !cost.Enabled && !firstToken.Enabled)
        {
            return;
        }

        var tags = new TagList
        {
            { "gen_ai.operation.name", target.Embeds ? "embeddings" : "chat" },
            { "gen_ai.provider.name", target.Backend.Provider },
            { "gen_ai.request.model", target.Model.Id },
            { "sira.target", target.Name },
        };
        if (variant is not null)
        {
            tags.Add("sira.variant", variant);
        }

        if (attempt.Error is { } error)
        {
            tags.Add("error.type", error.ToString());
        }

        duration.Record(elapsed.TotalSeconds, tags);
        if (streaming && attempt.FirstToken != 0)
        {
            // A stream that came all at once took no time at all, and so did its first token.
            firstToken.Record(attempt.Ended == attempt.Started ? 0 : (double)(attempt.FirstToken - attempt.Started) / (attempt.Ended - attempt.Started) * elapsed.TotalSeconds, tags);
        }

        if (attempt.PicoDollars is { } picoDollars and > 0)
        {
            cost.Add(picoDollars / (double)Money.PicoDollarsPerUsd, tags);
        }

        if (attempt.Usage is { } usage)
        {
            Count(usage.InputTokenCount, "input", tags);
            Count(usage.OutputTokenCount, "output", tags);
        }
    }

    private void Count(long? count, string type, TagList tags)
    {
        if (count is { } value)
        {
            tags.Add("gen_ai.token.type", type);
            tokens.Record((int)Math.Min(value, int.MaxValue), tags);
        }
    }
}
