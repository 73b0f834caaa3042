namespace Sira.Gateway.Targets;

/// <summary>How long whole answers take, by their length: a time until they begin and a time per token.</summary>
/// <remarks>
/// <para>A unary answer shows only the sum of both. They are told apart by a line through the answers, fitted by normalised least mean squares (Widrow and Hoff 1960; Nagumo and Noda 1967): what an answer took more or less than
/// expected is put down to both in proportion to their part in it. So short answers teach the beginning and long ones the time per token, which whole time divided by tokens would mistake for slowness of who answers briefly.
/// A stream shows both, and is taken as it is.</para>
/// <para>An answer counts the more the longer ago the last one was, within bounds, and as much when it was faster as when it was slower: a line that weighs errors by their sign leans.</para>
/// <para>Lock-free: a sample that comes while another is being taken in is passed over.</para>
/// </remarks>
internal sealed class AnswerTime(TimeProvider time)
{
    private const double DecaySeconds = 30;
    private const double MinimumGain = 0.2;
    private const double MaximumGain = 0.5;

    // The length at which beginning and writing weigh the same: usual are half a second and ten milliseconds per token.
    private const double Scale = 50;

    private int isRecording;
    private long recordedAt;
    private double beginning;
    private double perToken;

    /// <summary>The milliseconds per output token; <see langword="null"/> before the first answer.</summary>
    public double? PerToken => Volatile.Read(ref recordedAt) == 0 ? null : Volatile.Read(ref perToken);

    /// <summary>Reckons the milliseconds of a whole answer; <see langword="null"/> before the first.</summary>
    public double? Expect(double tokens) => PerToken is { } each ? Volatile.Read(ref beginning) + (each * tokens) : null;

    /// <summary>Takes in a unary answer.</summary>
    public void Record(double milliseconds, long tokens, long now)
    {
        if (TryBegin())
        {
            var error = milliseconds - (beginning + (perToken * tokens));
            var length = tokens / Scale;
            var step = Gain(now) * error / (1 + (length * length));
            End(beginning + step, perToken + (step * length / Scale), now);
        }
    }

    /// <summary>Takes in a stream.</summary>
    public void Record(double millisecondsToFirstToken, double milliseconds, long tokens, long now)
    {
        if (TryBegin())
        {
            var gain = Gain(now);
            var each = tokens < 2 ? perToken : (milliseconds - millisecondsToFirstToken) / (tokens - 1);
            End(beginning + (gain * (millisecondsToFirstToken - beginning)), perToken + (gain * (each - perToken)), now);
        }
    }

    private bool TryBegin() => Volatile.Read(ref isRecording) == 0 && Interlocked.Exchange(ref isRecording, 1) == 0;

    private double Gain(long now) => recordedAt == 0 ? 1 : Math.Clamp(1 - Math.Exp(-time.GetElapsedTime(recordedAt, now).TotalSeconds / DecaySeconds), MinimumGain, MaximumGain);

    private void End(double nextBeginning, double nextPerToken, long now)
    {
        Volatile.Write(ref beginning, Math.Max(0, nextBeginning));
        Volatile.Write(ref perToken, Math.Max(0, nextPerToken));

        // Never 0, which stands for no sample.
        Volatile.Write(ref recordedAt, now | 1);
        Volatile.Write(ref isRecording, 0);
    }
}
