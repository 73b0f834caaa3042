using Sira.Kernel.Time;
using Sira.Simulation.Answers;
using Sira.Simulation.Faults;
using Sira.Simulation.Traffic;

namespace Sira.Simulation.Replay;

/// <summary>A provider that answers each record at its length, at the pace and within the limits of its backend.</summary>
internal sealed class ReplayProvider
{
    // Streams arrive in so many pieces: enough for latencies, and few enough for a day in seconds.
    private const int Pieces = 8;
    private static readonly string[] Texts = [.. Enumerable.Range(0, Pieces + 1).Select(static count => string.Concat(Enumerable.Repeat(" word", count)))];

    private readonly SimulatedBackendOptions options;
    private readonly TrafficLog log;
    private readonly RateWindow window;
    private readonly int seed;

    public ReplayProvider(string name, SimulatedBackendOptions options, SimulatedWorld world, TrafficLog log, TimeProvider time)
    {
        (this.options, this.log) = (options, log);
        seed = unchecked((world.Seed * 397) ^ (int)Kernel.Balancing.StableHash.Compute(name));
        window = new RateWindow(options, time);
        Provider = new SimulatedProvider(new SimulatedProviderOptions { Seed = seed, TimeProvider = time, MaximumRecordedRequests = 1 });
        options.Faults?.Invoke(Provider.Faults);
        Provider.Faults.When(Pace);
        Provider.Respond(request => Find(request) is { } record ? Answer(record, request) : null);
    }

    public SimulatedProvider Provider { get; }

    private static int OutputOf(TrafficRecord record, SimulatedRequest request) => Math.Max(1, Math.Min(record.OutputTokens, request.Prompt.MaxOutputTokens ?? int.MaxValue));

    private static int PiecesOf(int output) => Math.Min(Pieces, output);

    private static SimulatedAnswer Answer(TrafficRecord record, SimulatedRequest request)
    {
        var output = OutputOf(record, request);
        return new SimulatedAnswer { Text = Texts[PiecesOf(output)], Usage = new SimulatedUsage { InputTokens = record.InputTokens, OutputTokens = output } };
    }

    private TrafficRecord? Find(SimulatedRequest request) =>
        RecordedTokens.TryRead(request.Prompt.LastUserText, out var number) && number < log.Records.Count ? log.Records[number] : null;

    private Fault? Pace(SimulatedRequest request)
    {
        if (Find(request) is not { } record)
        {
            return null;
        }

        var output = OutputOf(record, request);
        if (window.Refuse(record.InputTokens + output, request.InFlight) is { } wait)
        {
            return Fault.RateLimited(wait);
        }

        // Drawn by the request's number, so that one policy's retries do not shift another's latencies more than they must.
        var random = new SeededRandomSource(unchecked(seed + (request.Number * 7919)));
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var first = (options.FirstToken * Math.Exp(options.LatencySpread * normal)) + (options.FirstTokenPerThousandInputTokens * (record.InputTokens / 1000.0));
        var rest = TimeSpan.FromSeconds((output - 1) / options.TokensPerSecond);
        var steps = request.Streaming ? PiecesOf(output) - 1 : output - 1;
        return Fault.SlowFirstToken(first).With(Fault.SlowTokens(steps > 0 ? rest / steps : TimeSpan.Zero));
    }
}
