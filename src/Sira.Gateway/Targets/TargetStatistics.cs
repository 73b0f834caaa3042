using Microsoft.Extensions.AI;
using Sira.Backends;
using Sira.Kernel.Registry;

namespace Sira.Gateway.Targets;

/// <summary>What has been seen of a target: how fast it answers, how much it writes, and how much is under way.</summary>
/// <remarks>
/// <para>One per model and backend: all routes share it, and it survives reloads. Thread-safe and lock-free; recording and reading allocate nothing.</para>
/// <para>The times of streams end when the reader has read them, so a slow reader makes the time per token look longer; the time to the first token it does not touch.</para>
/// </remarks>
public sealed class TargetStatistics
{
    // More of a difference comes of what a target was asked, and not of its habits.
    private const double MostOctaves = 3;

    private readonly TimeProvider time;
    private readonly EndpointLoad load;
    private readonly AnswerTime answers;
    private readonly TokenMix mix;
    private readonly LatencyHistogram firstTokens = new();
    private readonly LatencyHistogram totals = new();
    private long tokensInFlight;
    private int streamsInFlight;
    private long unaryAt;
    private long streamAt;
    private double cachedShare;
    private double verbosity = 1;

    internal TargetStatistics(EndpointLoad load, TimeProvider time)
    {
        (this.load, this.time) = (load, time);
        StreamLoad = new EndpointLoad(time, load.Decay);
        answers = new AnswerTime(time);
        mix = new TokenMix(time);
    }

    /// <summary>Gets the peak-sensitive average time to the first token of streams, or <see langword="null"/> before the first stream.</summary>
    public TimeSpan? FirstToken => StreamLoad.Latency;

    /// <summary>Gets the peak-sensitive average time of whole unary answers, or <see langword="null"/> before the first.</summary>
    public TimeSpan? Total => load.Latency;

    /// <summary>Gets the average time per output token after the first, of unary answers and streams, or <see langword="null"/> before the first answer.</summary>
    public TimeSpan? TimePerOutputToken => answers.PerToken is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <summary>Gets the share in [0, 1] of the input that the provider read from its prompt cache, a slow average, or <see langword="null"/> before the first answer with usage.</summary>
    public double? CachedShare => mix.CachedShare;

    /// <summary>Gets the output tokens per input token, a slow average, or <see langword="null"/> before the first answer with usage.</summary>
    public double? OutputRatio => mix.OutputRatio;

    /// <summary>Gets the calls under way.</summary>
    public int InFlight => load.InFlight;

    /// <summary>Gets the estimated tokens, input and output, of the calls under way.</summary>
    public long TokensInFlight => Volatile.Read(ref tokensInFlight);

    /// <summary>The load that balancers look at for streams. Its latency is the time to the first token, where the endpoint's own is that of whole unary answers; the calls in flight are the same.</summary>
    /// <remarks>
    /// One average of both would be ruled by the mix: a whole answer takes twenty times as long as a first token, and whoever happened to give one would look twenty times as slow and be left alone.
    /// To subtract the writing from unary answers instead would hide from a balancer who writes slowly, and what is left of a long answer is mostly noise.
    /// </remarks>
    internal EndpointLoad StreamLoad { get; }

    /// <summary>The cached share to reckon a price with, in quarters, so that deployments that differ by chance stay equals; 0 before the first answer.</summary>
    internal double PricedCachedShare => Volatile.Read(ref cachedShare);

    /// <summary>How much more this target writes than the targets of its routes on average; 1 within a half of an octave, so that deployments that differ by chance stay equals.</summary>
    internal double PricedVerbosity => Volatile.Read(ref verbosity);

    /// <summary>Reckons the milliseconds of a whole answer; <see langword="null"/> before the first.</summary>
    internal double? ExpectMilliseconds(double outputTokens) => answers.Expect(outputTokens);

    /// <summary>The calls of the kind under way.</summary>
    internal int InFlightOf(bool streaming) => streaming ? Volatile.Read(ref streamsInFlight) : InFlight - Volatile.Read(ref streamsInFlight);

    /// <summary>The time to the first token of streams, or to the whole of unary answers, that a share of them did not exceed; <see langword="null"/> while too few were seen.</summary>
    internal TimeSpan? QuantileOf(double share, bool streaming) => (streaming ? firstTokens : totals).Quantile(share);

    /// <summary>The time since an answer of the kind was seen; the longest there is before the first.</summary>
    internal TimeSpan AgeOf(bool streaming) => Volatile.Read(ref streaming ? ref streamAt : ref unaryAt) is not 0 and var at ? time.GetElapsedTime(at) : TimeSpan.MaxValue;

    /// <summary>What is left of rate limits that the provider named, from 0 to 1; <see langword="null"/> when it named none.</summary>
    internal double? HeadroomOf(RateLimitStatus limits) => ProviderHeadroom.Of(limits, time.GetElapsedTime(limits.At), InFlight, TokensInFlight);

    /// <summary>Notes that a call begins.</summary>
    internal void Begin(long tokens, bool streaming)
    {
        Interlocked.Add(ref streamsInFlight, streaming ? 1 : 0);
        load.Begin();
        StreamLoad.Begin();
        Interlocked.Add(ref tokensInFlight, tokens);
    }

    /// <summary>Notes that a call ended, with the tokens that it began with.</summary>
    internal void End(long tokens, bool streaming)
    {
        Interlocked.Add(ref streamsInFlight, streaming ? -1 : 0);
        load.End();
        StreamLoad.End();
        Interlocked.Add(ref tokensInFlight, -tokens);
    }

    /// <summary>Takes in an answer.</summary>
    /// <param name="firstToken">The time to the first token of a stream; <see langword="null"/> for a unary answer.</param>
    /// <param name="duration">The whole time.</param>
    /// <param name="usage">The usage, if it was reported.</param>
    /// <param name="receivedTokens">The output tokens as they were received, roughly, for want of usage.</param>
    /// <param name="route">The mix of the route.</param>
    /// <param name="now">The timestamp at which it ended: a clock costs as much to read as all the rest of this.</param>
    internal void Record(TimeSpan? firstToken, TimeSpan duration, UsageDetails? usage, long receivedTokens, TokenMix route, long now)
    {
        var output = Math.Clamp(usage?.OutputTokenCount ?? receivedTokens, 0, int.MaxValue);
        if (firstToken is { } first)
        {
            StreamLoad.Record(first, now);
            firstTokens.Record(first);
            answers.Record(first.TotalMilliseconds, duration.TotalMilliseconds, output, now);
            Volatile.Write(ref streamAt, now | 1);
        }
        else
        {
            load.Record(duration, now);
            totals.Record(duration);
            answers.Record(duration.TotalMilliseconds, output, now);
            Volatile.Write(ref unaryAt, now | 1);
        }

        if (usage is { InputTokenCount: { } input, OutputTokenCount: { } written })
        {
            RecordMix(input, usage.CachedInputTokenCount ?? 0, written, route, now);
        }
    }

    // How long an answer is comes of the question, of which the route is the measure, and of the target's habits. The route learns what is left when the habits are taken out: if it learned the answers as they are, its measure
    // would move with the target that is chosen, and the choice with the measure.
    private void RecordMix(long input, long cached, long written, TokenMix route, long now)
    {
        mix.Record(input, cached, written, route.Expect(input, written), now);
        var octaves = Math.Clamp(mix.Verbosity, -MostOctaves, MostOctaves);
        route.Record(input, cached, written / Math.Pow(2, octaves), 0, now);
        Volatile.Write(ref verbosity, Math.Abs(octaves) < 0.5 ? 1 : Math.Pow(2, Math.Round(octaves * 4) / 4));
        Volatile.Write(ref cachedShare, Math.Round((mix.CachedShare ?? 0) * 4) / 4);
    }
}
