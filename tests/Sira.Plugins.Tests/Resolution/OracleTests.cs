using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution;
using Sira.Plugins.Tests.Support;

namespace Sira.Plugins.Tests.Resolution;

/// <summary>Random worlds against a search through all combinations. SIRA_SEEDS and SIRA_FIRST_SEED choose others (eng/resolve.sh).</summary>
public sealed class OracleTests
{
    private static readonly int Seeds = Number("SIRA_SEEDS", 10_000);
    private static readonly int FirstSeed = Number("SIRA_FIRST_SEED", 0);

    [Fact]
    public void Resolve_RandomWorlds_AgreesWithTryingEverything()
    {
        var (solved, failed) = (0, 0);
        for (var seed = FirstSeed; seed < FirstSeed + Seeds; seed++)
        {
            var world = new RandomPlugins(seed, withContracts: seed % 2 == 0, withPrereleases: seed % 3 == 0);
            var oracle = new Oracle(world.Manifests, world.Request);
            var resolution = new PluginResolver(PluginCatalogue.Create([.. world.Manifests])).Resolve(world.Request);
            var consistent = oracle.Consistent();

            Assert.True(resolution.Succeeded == consistent.Count > 0, $"Seed {seed}: {(resolution.Succeeded ? "found a set where there is none" : "found none of " + consistent.Count)}.");
            (solved, failed) = resolution.Succeeded ? (solved + 1, failed) : (solved, failed + 1);
            if (resolution.Succeeded)
            {
                CheckSet(seed, world, oracle, resolution, consistent);
            }
            else
            {
                new ProofCheck(world, resolution.Failures[0]).Check(seed);
            }
        }

        // Worlds that nearly all end alike would show little.
        Assert.True(Seeds < 1000 || (solved > Seeds / 5 && failed > Seeds / 5), $"{solved} solved, {failed} failed");
    }

    private static void CheckSet(int seed, RandomPlugins world, Oracle oracle, PluginResolution resolution, List<PluginManifest[]> consistent)
    {
        PluginManifest[] set = [.. resolution.Plugins.Select(static plugin => plugin.Manifest)];
        Assert.True(oracle.IsConsistent(set), $"Seed {seed}: {string.Join(", ", (object[])set)} is not consistent.");
        CheckOrder(seed, resolution);
        CheckNeeded(seed, world, resolution);
        if (world.Manifests.All(static manifest => !manifest.Version.IsPrerelease))
        {
            // What is asked for first is as new as it can be at all.
            var first = world.Request.Plugins[0].Id;
            Assert.True(Of(first, set)!.Version == consistent.Max(other => Of(first, other)!.Version), $"Seed {seed}: {first} could be newer.");
            Assert.DoesNotContain(consistent, other => world.Manifests.All(static manifest => manifest.Provides.Count == 0) && IsNewer(other, set));
        }
    }

    private static void CheckOrder(int seed, PluginResolution resolution)
    {
        var started = new HashSet<PluginIdentity>();
        foreach (var plugin in resolution.Plugins)
        {
            foreach (var dependency in plugin.Dependencies.Where(dependency => dependency.Status == DependencyStatus.Plugin && dependency.Provider != plugin.Manifest.Identity))
            {
                Assert.True(started.Contains(dependency.Provider!), $"Seed {seed}: {plugin.Manifest} is started before {dependency.Provider}.");
            }

            Assert.Equal(plugin.Manifest.Dependencies, plugin.Dependencies.Select(static dependency => dependency.Dependency));
            Assert.All(plugin.Dependencies, static dependency => Assert.True(dependency.Dependency.Optional || dependency.Status is DependencyStatus.Plugin or DependencyStatus.Host));
            started.Add(plugin.Manifest.Identity);
        }
    }

    // Nothing is in the set that neither the host asks for nor something else requires.
    private static void CheckNeeded(int seed, RandomPlugins world, PluginResolution resolution)
    {
        var needed = world.Request.Plugins.Select(static plugin => plugin.Id).ToHashSet();
        foreach (var plugin in resolution.Plugins.Reverse())
        {
            Assert.True(needed.Contains(plugin.Manifest.Id), $"Seed {seed}: nobody needs {plugin.Manifest}.");
            needed.UnionWith(plugin.Dependencies.Where(static dependency => !dependency.Dependency.Optional && dependency.Provider is not null).Select(static dependency => dependency.Provider!.Id));
        }
    }

    private static bool IsNewer(PluginManifest[] other, PluginManifest[] set) =>
        set.All(plugin => Of(plugin.Id, other) is { } found && found.Version >= plugin.Version) && set.Any(plugin => Of(plugin.Id, other)!.Version > plugin.Version);

    private static PluginManifest? Of(string id, PluginManifest[] set) => Array.Find(set, plugin => plugin.Id == id);

    private static int Number(string variable, int standard) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : standard;
}
