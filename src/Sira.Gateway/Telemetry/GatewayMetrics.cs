using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sira.Gateway.Budgets;
using Sira.Gateway.Decisions;
using Sira.Gateway.Routing;
using Sira.Gateway.Routing.Plans;
using Sira.Kernel.Diagnostics;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Telemetry;

/// <summary>Per-attempt metrics under OpenTelemetry's gen_ai names, from the same numbers as the ledger's. Costs a few loads while nobody listens. Whoever asked is never a tag: each would be a time series of its own.</summary>
internal sealed class GatewayMetrics
{
    // The bucket boundaries that the gen_ai semantic conventions advise.
    private static readonly double[] DurationBuckets = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

    private readonly Histogram<double> duration = SiraDiagnostics.Meter.CreateHistogram("gen_ai.client.operation.duration", "s", "Duration of a call of a model.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets });
    private readonly Histogram<double> firstToken = SiraDiagnostics.Meter.CreateHistogram("gen_ai.client.operation.time_to_first_chunk", "s", "Time to the first token of a stream.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets });
    private readonly TokenMetrics tokens = new();
    private readonly Counter<double> cost = SiraDiagnostics.Meter.CreateCounter<double>("sira.client.cost", "{USD}", "US dollars billed for calls whose price is known.");

    public void Record(RoutingPlan plan, RouteTarget target, bool streaming, TimeSpan elapsed, in AttemptFacts attempt)
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
            { "sira.route", plan.Route.Name },
            { "sira.target", target.Name },
        };
        if (plan.Variant is { } variant)
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

        if (attempt.Usage is not null)
        {
            tokens.Record(ReportedTokens.Of(attempt.Usage, target.Embeds), tags);
        }
    }
}
