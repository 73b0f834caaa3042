using NuGet.Versioning;
using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution;

namespace Sira.Benchmarks.Plugins;

/// <summary>Makes the worlds of <see cref="ResolverGraph"/>: 1,000 plugins of 20 versions, the same in each run.</summary>
internal static class ResolverWorld
{
    public const int Plugins = 1000;
    public const int Versions = 20;
    private const int Layers = 10;
    private const int PerLayer = Plugins / Layers;

    public static (PluginManifest[] Manifests, ResolutionRequest Request) Create(ResolverGraph graph)
    {
        var random = new Random(42);
        var manifests = new List<PluginManifest>(Plugins * Versions);
        for (var plugin = 0; plugin < Plugins; plugin++)
        {
            // Plugins of a major version tend to keep their dependencies.
            var needs = Enumerable.Range(0, 5).Select(_ => Below(plugin, random)).Distinct().ToArray();
            for (var version = 0; version < Versions; version++)
            {
                manifests.Add(new PluginManifest
                {
                    Id = Name(plugin),
                    Version = VersionAt(version),
                    Kernel = PluginRange.Parse("[1.0,2.0)"),
                    Dependencies = [.. needs.Where(static need => need >= 0).Select(need => PluginDependency.OnPlugin(Name(need), RangeOf(graph, plugin, version, random)))],
                });
            }
        }

        var requested = graph switch
        {
            ResolverGraph.EverythingAsked => Enumerable.Range(0, Plugins).Reverse().Select(static plugin => new PluginRequest(Name(plugin))),
            ResolverGraph.Random => Enumerable.Range(0, 5).Select(static i => new PluginRequest(Name(Plugins - 1 - i))),
            _ => Enumerable.Range(0, 30).Select(static i => new PluginRequest(Name(Plugins - 1 - i))),
        };
        var request = new ResolutionRequest { Kernel = new NuGetVersion(1, 4, 0), Plugins = [.. requested] };
        if (graph == ResolverGraph.Unsolvable)
        {
            request = request with { Plugins = [.. request.Plugins.Select(static plugin => new PluginRequest(plugin.Id, "[2.0,3.0)")), .. Enumerable.Range(0, PerLayer).Select(static plugin => new PluginRequest(Name(plugin), "[1.0,2.0)"))] };
        }

        return ([.. manifests], request);
    }

    private static string Name(int plugin) => $"Acme.Plugin{plugin:0000}";

    private static NuGetVersion VersionAt(int version) => new((version / 10) + 1, version % 10, 0);

    private static int Below(int plugin, Random random) => plugin < PerLayer ? -1 : (((plugin / PerLayer) - 1) * PerLayer) + random.Next(PerLayer);

    private static string RangeOf(ResolverGraph graph, int plugin, int version, Random random)
    {
        var (major, minor) = ((version / 10) + 1, version % 10);
        return graph switch
        {
            ResolverGraph.Backtracking => plugin >= 2 * PerLayer || version < 10 ? $"[{major}.0,{major + 1}.0)" : "[3.0,4.0)",
            ResolverGraph.Random => random.Next(Versions - 3) is var low ? $"[{VersionAt(low)},{VersionAt(low + 3)}]" : string.Empty,
            _ => $"[{major}.{minor / 2},{major + 1}.0)",
        };
    }
}
