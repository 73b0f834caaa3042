using NuGet.Versioning;
using Sira.Kernel.Time;
using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution;

namespace Sira.Plugins.Tests.Support;

/// <summary>Draws small worlds in which much goes wrong: few plugins, narrow ranges, conflicts, circles, contracts with several providers.</summary>
internal sealed class RandomPlugins
{
    private static readonly string[] Contracts = ["index", "store"];
    private readonly SeededRandomSource random;

    public RandomPlugins(int seed, bool withContracts, bool withPrereleases = false)
    {
        random = new SeededRandomSource(seed);
        var ids = Enumerable.Range(0, 2 + random.Next(4)).Select(static i => $"p{i}").ToArray();
        Manifests = [.. ids.SelectMany(id => Versions(withPrereleases).Select(version => Draw(id, version, ids, withContracts)))];
        Request = new ResolutionRequest
        {
            Kernel = new NuGetVersion(1, 0, 0),
            Plugins = [.. Enumerable.Range(0, 1 + random.Next(2)).Select(_ => new PluginRequest(random.Next(20) == 0 ? "missing" : Pick(ids), Range()))],
            Pins = random.Next(6) == 0 ? [new PluginIdentity(Pick(ids), new NuGetVersion(1 + random.Next(3), 0, 0))] : [],
            HostContracts = withContracts && random.Next(8) == 0 ? [new ProvidedContract(Pick(Contracts), new NuGetVersion(1 + random.Next(3), 0, 0))] : [],
        };
    }

    public PluginManifest[] Manifests { get; }

    public ResolutionRequest Request { get; }

    private IEnumerable<NuGetVersion> Versions(bool withPrereleases)
    {
        for (var major = 1; major <= 1 + random.Next(3); major++)
        {
            if (withPrereleases && random.Next(3) == 0)
            {
                yield return new NuGetVersion(major, 0, 0, "beta");
            }

            yield return new NuGetVersion(major, 0, 0);
            if (random.Next(4) == 0)
            {
                yield return new NuGetVersion(major, 1, 0);
            }
        }
    }

    private PluginManifest Draw(string id, NuGetVersion version, string[] ids, bool withContracts)
    {
        var others = ids.Where(other => other != id).OrderBy(_ => random.Next(1000)).ToArray();
        var needs = others.Take(random.Next(3)).Select(other => new PluginDependency(DependencyTarget.Plugin, random.Next(40) == 0 ? "missing" : other, Range()) { Optional = random.Next(6) == 0 }).ToList();
        if (withContracts && random.Next(3) == 0)
        {
            needs.Add(new PluginDependency(DependencyTarget.Contract, Pick(Contracts), Range()) { Optional = random.Next(6) == 0 });
        }

        return new PluginManifest
        {
            Id = id,
            Version = version,
            Kernel = random.Next(10) == 0 ? PluginRange.Parse("[2.0,3.0)") : PluginRange.Any,
            Dependencies = [.. needs.DistinctBy(static need => need.Name)],
            Conflicts = random.Next(8) == 0 ? [new PluginConflict(others[^1], Range())] : [],
            Provides = withContracts && random.Next(2) == 0 ? [new ProvidedContract(Pick(Contracts), new NuGetVersion(1 + random.Next(3), 0, 0))] : [],
        };
    }

    private VersionRange Range() => PluginRange.Parse((1 + random.Next(3)) switch
    {
        var n => random.Next(6) switch
        {
            0 => $"[{n}.0]",
            1 => $"(,{n}.0]",
            2 => $"[{n}.0,{n + 1}.0)",
            3 => $"[{n}.0-alpha,{n + 1}.0]",
            4 => $"{n}.*",
            _ => $"{n}.0",
        },
    });

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];
}
