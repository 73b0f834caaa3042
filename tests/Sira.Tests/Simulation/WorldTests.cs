using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Sira.Tests.Simulation;

/// <summary>Worlds by seed: see docs/simulation.md. SIRA_SEEDS and SIRA_FIRST_SEED ask for others than the usual ones.</summary>
public class WorldTests(ITestOutputHelper output)
{
    private const int UsualSeeds = 500;
    private const int MostFailures = 100;

    private static long Read(string name, long otherwise) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    [Fact]
    public void Worlds_KeepTheirPromises()
    {
        var (first, count) = (Read("SIRA_FIRST_SEED", 0), Read("SIRA_SEEDS", UsualSeeds));
        var failures = new ConcurrentDictionary<long, WorldFailureException>();
        var watch = Stopwatch.StartNew();
        var events = 0L;

        Parallel.For(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (seed, state) =>
        {
            try
            {
                Interlocked.Add(ref events, WorldRun.Run(seed, count == 1 ? int.MaxValue : WorldRun.TailLength).Count);
            }
            catch (WorldFailureException failure)
            {
                failures[seed] = failure;
                if (failures.Count >= MostFailures)
                {
                    state.Stop();
                }
            }
        });

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} worlds from seed {first}, {events} events, {watch.Elapsed.TotalSeconds:0.0} s"));
        Assert.True(failures.IsEmpty, Describe(failures));
    }

    // The first world for each promise in full, the others by their seeds.
    private static string Describe(IReadOnlyDictionary<long, WorldFailureException> failures)
    {
        var promises = failures.SelectMany(static failure => failure.Value.Broken.Select(name => (Name: name, Seed: failure.Key))).GroupBy(static broken => broken.Name, static broken => broken.Seed).ToList();
        var summary = promises.Select(static promise => $"{promise.Count()} x {promise.Key}: seeds {string.Join(", ", promise.Order().Take(10))}");
        var examples = promises.Select(static promise => promise.Min()).Distinct().Order().Select(seed => failures[seed].Message + Environment.NewLine + failures[seed].InnerException);
        return string.Join(Environment.NewLine, summary.Concat(examples));
    }

    [Fact]
    public void EqualSeeds_GiveEqualTraces_AndDifferentSeedsDifferentOnes()
    {
        var traces = new HashSet<string>();
        for (var seed = 10_000; seed < 10_025; seed++)
        {
            var (first, second) = (WorldRun.Run(seed), WorldRun.Run(seed));
            Assert.Equal(first, second);
            traces.Add(string.Join('\n', first));
        }

        Assert.Equal(25, traces.Count);
    }
}
