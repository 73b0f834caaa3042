using Microsoft.Extensions.DependencyInjection;
using NuGet.Versioning;
using Sira.Kernel.Builder;
using Sira.Kernel.Plugins;
using Sira.Plugins.Manifests;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Tests.Hosting.Support;

/// <summary>A plugin that does what a test says, and notes what it was asked.</summary>
internal sealed class ScriptedPlugin : AvailablePlugin
{
    private readonly List<string> journal;

    public ScriptedPlugin(PluginManifest manifest, List<string>? journal = null)
        : base(manifest, $"test {manifest}") => this.journal = journal ?? [];

    public override PluginTrust Trust => Level;

    public override bool IsRequired => Required;

    public override string ContentId => Content;

    public PluginTrust Level { get; init; } = PluginTrust.Trusted;

    public bool Required { get; init; }

    public string Content { get; set; } = "1";

    public Action<ISiraBuilder, PluginContext>? OnConfigure { get; init; }

    public Func<IServiceProvider, CancellationToken, Task>? OnStart { get; init; }

    public Func<CancellationToken, Task>? OnStop { get; init; }

    public Func<Task>? OnLoad { get; init; }

    public ScriptedUnload Unloaded { get; } = new();

    public List<PluginContext> Contexts { get; } = [];

    public static PluginManifest Describe(string id, string version = "1.0.0", params PluginDependency[] dependencies) =>
        new() { Id = id, Version = NuGetVersion.Parse(version), Kernel = PluginRange.Any, Dependencies = dependencies };

    public override async ValueTask<LoadedPlugin> LoadAsync(IReadOnlyList<LoadedPlugin> dependencies, CancellationToken cancellationToken)
    {
        Note("load");
        await (OnLoad?.Invoke() ?? Task.CompletedTask);
        return new Loaded(this);
    }

    private void Note(string what)
    {
        lock (journal)
        {
            journal.Add($"{Manifest.Id} {Manifest.Version.ToNormalizedString()}: {what}");
        }
    }

    private sealed class Loaded(ScriptedPlugin plugin) : LoadedPlugin
    {
        public override ISiraPlugin CreateInstance() => new Entry(plugin);

        public override PluginUnload Unload()
        {
            plugin.Note("unload");
            return plugin.Unloaded;
        }
    }

    private sealed class Entry(ScriptedPlugin plugin) : ISiraPlugin
    {
        public void Configure(ISiraBuilder sira, PluginContext context)
        {
            plugin.Note("configure");
            plugin.Contexts.Add(context);
            plugin.OnConfigure?.Invoke(sira, context);
        }

        public Task StartAsync(IServiceProvider services, CancellationToken cancellationToken)
        {
            plugin.Note("start");
            return plugin.OnStart?.Invoke(services, cancellationToken) ?? Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            plugin.Note("stop");
            return plugin.OnStop?.Invoke(cancellationToken) ?? Task.CompletedTask;
        }
    }
}
