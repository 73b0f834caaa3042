namespace Sira.Gateway.Targets;

/// <summary>How many tokens go in and come out, as slow averages: of one target, or of one route.</summary>
/// <remarks>
/// <para>Averages of tokens and not of shares: an answer of 500 tokens to a prompt of 3 says little of how answers relate to prompts, and weighs little in a quotient of sums.</para>
/// <para>Lock-free and wait-free: a sample that comes while another is being taken in is passed over, which an average of many can afford.</para>
/// </remarks>
internal sealed class TokenMix(TimeProvider time)
{
    // A target's prices and habits last; what it is asked changes within minutes.
    private const double DecaySeconds = 120;

    // The first samples are averaged evenly. Later ones count by the time that has passed, within bounds: a busy target does not forget at once, and one odd answer after a quiet hour is not the rule.
    private const int EvenSamples = 64;
    private const double MaximumGain = 0.25;

    // Lengths of answers scatter: one that is thrice as long as another shows nothing. With so many answers half of what they seem to show is believed.
    private const double ProofSamples = 8;

    // Counts beyond this are no counts.
    private const long MostTokens = int.MaxValue;

    private int isRecording;
    private int samples;
    private long recordedAt;
    private double input;
    private double cached;
    private double output;
    private double expected;

    /// <summary>The average output of an answer; 0 before the first.</summary>
    public double Output => Volatile.Read(ref output);

    /// <summary>The part of the input that was read from the provider's prompt cache; <see langword="null"/> before the first answer.</summary>
    public double? CachedShare => Volatile.Read(ref input) is > 0 and var all ? Math.Min(1, Volatile.Read(ref cached) / all) : null;

    /// <summary>Output tokens per input token; <see langword="null"/> before the first answer.</summary>
    public double? OutputRatio => Volatile.Read(ref input) is > 0 and var all ? Volatile.Read(ref output) / all : null;

    /// <summary>How many octaves longer the answers are than was expected of them, as far as their number shows; 0 before the first.</summary>
    public double Verbosity => Volatile.Read(ref expected) is > 0 and var all ? Math.Log2(Volatile.Read(ref output) / all) * samples / (samples + ProofSamples) : 0;

    /// <summary>Takes in an answer.</summary>
    /// <param name="inputTokens">Its input tokens.</param>
    /// <param name="cachedTokens">Those of them that the provider read from its prompt cache.</param>
    /// <param name="outputTokens">Its output tokens; for a route, what a target of average verbosity would have written.</param>
    /// <param name="expectedTokens">The output tokens that were expected of any target.</param>
    /// <param name="now">The timestamp.</param>
    public void Record(long inputTokens, long cachedTokens, double outputTokens, double expectedTokens, long now)
    {
        if (inputTokens <= 0 || !(outputTokens > 0) || Volatile.Read(ref isRecording) != 0 || Interlocked.Exchange(ref isRecording, 1) != 0)
        {
            return;
        }

        samples = Math.Min(samples + 1, EvenSamples);
        var share = 1d / samples;
        var gain = samples == 1 ? 1 : Math.Clamp(1 - Math.Exp(-time.GetElapsedTime(recordedAt, now).TotalSeconds / DecaySeconds), share, Math.Max(share, MaximumGain));
        recordedAt = now;
        inputTokens = Math.Min(inputTokens, MostTokens);
        Move(ref input, inputTokens, gain);
        Move(ref cached, Math.Clamp(cachedTokens, 0, inputTokens), gain);
        Move(ref output, Math.Min(outputTokens, MostTokens), gain);
        Move(ref expected, expectedTokens, gain);
        Volatile.Write(ref isRecording, 0);
    }

    /// <summary>Reckons how long the answer to a prompt will be.</summary>
    /// <param name="inputTokens">The input tokens.</param>
    /// <param name="unknown">What to reckon with before the first answer.</param>
    public double Expect(long inputTokens, long unknown)
    {
        // Longer prompts get longer answers, but not without end: beyond four times the average nothing is extrapolated.
        var mean = Output;
        return mean <= 0 ? unknown : Math.Clamp(inputTokens * mean / Volatile.Read(ref input), mean / 4, mean * 4);
    }

    private static void Move(ref double average, double sample, double gain) => Volatile.Write(ref average, average + ((sample - average) * gain));
}
