using BenchmarkDotNet.Attributes;
using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution;

namespace Sira.Benchmarks.Plugins;

/// <summary>What it takes to resolve among 1,000 plugins of 20 versions, beside looking at every range once.</summary>
public class ResolverBenchmarks
{
    private PluginManifest[] manifests = [];
    private ResolutionRequest request = null!;
    private PluginCatalogue catalogue = null!;

    [ParamsAllValues]
    public ResolverGraph Graph { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        (manifests, request) = ResolverWorld.Create(Graph);
        catalogue = PluginCatalogue.Create(manifests);
        var resolution = new PluginResolver(catalogue).Resolve(request);
        Console.WriteLine($"// {Graph}: {(resolution.Succeeded ? $"{resolution.Plugins.Count} plugins" : $"{resolution.Failures.Count} failures")} in {resolution.Steps} steps");
    }

    /// <summary>The floor: each version of each plugin, each dependency, the newest version that the range admits.</summary>
    [Benchmark(Baseline = true)]
    public int EveryRangeOnce()
    {
        var found = 0;
        foreach (var manifest in manifests)
        {
            foreach (var dependency in manifest.Dependencies)
            {
                found += catalogue.VersionsOf(dependency.Name).LastOrDefault(entry => dependency.Range.Admits(entry.Manifest.Version)) is null ? 0 : 1;
            }
        }

        return found;
    }

    [Benchmark]
    public PluginResolution Resolve() => new PluginResolver(catalogue).Resolve(request);
}
