using Sira.Simulation;
using Sira.Simulation.Answers;
using Sira.Simulation.Faults;

namespace Sira.Tests.Simulation;

/// <summary>One backend's provider: behaves as its temper says, and tells the world of every request.</summary>
internal sealed class WorldProvider
{
    private readonly World world;
    private readonly WorldBackend backend;
    private readonly WorldRandom random;
    private readonly Dictionary<int, Arrival> arrivals = [];

    public WorldProvider(World world, WorldBackend backend)
    {
        (this.world, this.backend) = (world, backend);
        random = new WorldRandom(world.Description.Seed, "provider " + backend.Name);
        Provider = new SimulatedProvider(new SimulatedProviderOptions { Seed = (int)world.Description.Seed, TimeProvider = world.Clock, EmbeddingDimensions = 8 });
        Provider.Faults.When(Receive);
        Provider.Respond(Answer);
    }

    public SimulatedProvider Provider { get; }

    private Fault? Receive(SimulatedRequest request)
    {
        if (world.Arrive(backend, request) is { } arrival)
        {
            arrivals[request.Number] = arrival;
        }

        var fault = backend.Temper switch
        {
            BackendTemper.Pedantic when random.Chance(backend.FaultRate) => random.Pick(WorldDimensions.Mistakes)(random),
            BackendTemper.Flaky when random.Chance(backend.FaultRate) => random.Pick(random.Chance(0.1) ? WorldDimensions.Mistakes : WorldDimensions.Faults)(random),
            _ => null,
        };
        var latency = Fault.SlowFirstToken(random.Milliseconds(0, 700)).With(Fault.SlowTokens(random.Milliseconds(0, 15)));
        world.Trace($"{backend.Name} receives {request.Model} from {(arrivals.TryGetValue(request.Number, out var known) ? world.CallerOf(known) : backend.IsShadow ? "a mirrored call" : "nobody")}: {fault?.ToString() ?? "well"}");
        return fault?.With(latency) ?? latency;
    }

    private SimulatedAnswer? Answer(SimulatedRequest request)
    {
        if (!arrivals.TryGetValue(request.Number, out var arrival))
        {
            return null;
        }

        var longest = world.Description.IsObedient ? Math.Min(60, request.Prompt.MaxOutputTokens ?? 60) : 60;
        arrival.InputTokens = random.Between(1, world.Description.IsObedient ? 250 : 400);
        arrival.OutputTokens = random.Between(1, longest);
        arrival.Text = world.Description.SameAnswers
            ? $"To {world.CallerOf(arrival)} it is said by everybody, always and everywhere, in the same twenty words or so: bridges carry roads over water."
            : $"{backend.Name} says as its number {request.Number} to {world.CallerOf(arrival)}: bridges carry roads over water, and arches push outwards.";
        if (request.Prompt.Messages is [.., { Role: "assistant", Text: { Length: > 0 } begun }] && arrival.Text.StartsWith(begun, StringComparison.Ordinal) && !random.Chance(0.2))
        {
            // Asked to go on, it does; now and then it begins anew all the same.
            arrival.Text = arrival.Text.Length > begun.Length ? arrival.Text[begun.Length..] : ".";
        }

        return new SimulatedAnswer { Text = arrival.Text, Usage = new SimulatedUsage { InputTokens = arrival.InputTokens, OutputTokens = arrival.OutputTokens } };
    }
}
