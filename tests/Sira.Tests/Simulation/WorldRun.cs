using System.Globalization;

namespace Sira.Tests.Simulation;

/// <summary>Runs the world of a seed and judges it.</summary>
internal static class WorldRun
{
    public const int TailLength = 60;

    /// <summary>Runs a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="tail">How many lines of the trace a failure shows.</param>
    /// <returns>The trace.</returns>
    /// <exception cref="WorldFailureException">It broke a promise.</exception>
    public static IReadOnlyList<string> Run(long seed, int tail = TailLength)
    {
        var description = new WorldDescription(seed);
        using var world = new World(description);
        try
        {
            world.Run();
        }
        catch (Exception exception)
        {
            throw Fail(world, tail, ["the world ends: " + exception.Message, .. world.Violations], exception);
        }

        var broken = world.Violations.Concat(Invariants.All.SelectMany(invariant => invariant.Check(world).Select(what => $"{invariant.Name}: {what}"))).ToList();
        return broken.Count == 0 ? world.Lines : throw Fail(world, tail, broken, null);
    }

    private static WorldFailureException Fail(World world, int tail, IReadOnlyList<string> broken, Exception? exception)
    {
        var seed = world.Description.Seed.ToString(CultureInfo.InvariantCulture);
        var text = string.Join(Environment.NewLine, [
            $"The world of seed {seed} broke a promise.",
            .. broken.Take(5).Select(static what => "  ! " + what),
            $"Replay: eng/simulate.sh 1 {seed}",
            "World:",
            world.Description.ToString(),
            "Trace (tail):",
            .. world.Lines.TakeLast(tail)]);
        return new WorldFailureException(text, broken, exception);
    }
}
