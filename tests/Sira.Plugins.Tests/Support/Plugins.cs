using NuGet.Versioning;
using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution;

namespace Sira.Plugins.Tests.Support;

/// <summary>Writes catalogues briefly: <c>.Add("a 1.0.0", "b [1.0,2.0)", "c? 1.0", "!d [1.0]", "@index 1.4", "@index? 1.4", "+index 1.4")</c>.</summary>
/// <remarks>A plain entry is a dependency on a plugin, <c>@</c> one on a contract, <c>?</c> after the name makes it optional, <c>!</c> is a conflict, <c>+</c> provides a contract, <c>kernel</c> sets the kernel range. Without a range any release will do.</remarks>
internal sealed class Plugins
{
    private readonly List<PluginManifest> manifests = [];

    public PluginCatalogue Catalogue => PluginCatalogue.Create([.. manifests]);

    public IReadOnlyList<PluginManifest> Manifests => manifests;

    public static PluginManifest Manifest(string identity, params string[] entries)
    {
        var (id, version) = Split(identity);
        var manifest = new PluginManifest { Id = id, Version = NuGetVersion.Parse(version), Kernel = PluginRange.Any };
        foreach (var entry in entries)
        {
            var (name, text) = Split(entry.TrimStart('!', '@', '+'));
            var range = new Lazy<VersionRange>(() => text.Length == 0 ? PluginRange.Any : PluginRange.Parse(text));
            manifest = (entry[0], name) switch
            {
                ('!', _) => manifest with { Conflicts = [.. manifest.Conflicts, new PluginConflict(name, range.Value)] },
                ('+', _) => manifest with { Provides = [.. manifest.Provides, new ProvidedContract(name, NuGetVersion.Parse(text))] },
                (_, "kernel") => manifest with { Kernel = range.Value },
                _ => manifest with { Dependencies = [.. manifest.Dependencies, new PluginDependency(entry[0] == '@' ? DependencyTarget.Contract : DependencyTarget.Plugin, name.TrimEnd('?'), range.Value) { Optional = name.EndsWith('?') }] },
            };
        }

        return manifest;
    }

    public Plugins Add(string identity, params string[] entries)
    {
        manifests.Add(Manifest(identity, entries));
        return this;
    }

    public Plugins Add(PluginManifest manifest)
    {
        manifests.Add(manifest);
        return this;
    }

    public static ResolutionRequest Request(params string[] plugins) => new()
    {
        Kernel = new NuGetVersion(1, 0, 0),
        Plugins = [.. plugins.Select(static text => Split(text) is (var id, var range) && range.Length > 0 ? new PluginRequest(id, range) : new PluginRequest(text))],
    };

    public PluginResolution Resolve(params string[] plugins) => Resolve(Request(plugins));

    public PluginResolution Resolve(ResolutionRequest request) => new PluginResolver(Catalogue).Resolve(request);

    /// <summary>The set in the order of starting, such as <c>b 1.0.0, a 2.0.0</c>.</summary>
    public static string Set(PluginResolution resolution) => string.Join(", ", resolution.GetPlugins().Select(static plugin => plugin.Manifest.ToString()));

    public static string Explanation(PluginResolution resolution) => Assert.Single(resolution.Failures).Explanation;

    private static (string First, string Second) Split(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (text, string.Empty) : (text[..space], text[(space + 1)..]);
    }
}
