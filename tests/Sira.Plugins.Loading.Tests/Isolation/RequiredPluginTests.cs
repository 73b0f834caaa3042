using Microsoft.Extensions.DependencyInjection;
using NuGet.Versioning;
using Sira.Kernel.Builder;
using Sira.Kernel.Plugins;
using Sira.Plugins.Loading.Tests.Support;
using Sira.Plugins.Manifests;

namespace Sira.Plugins.Loading.Tests.Isolation;

public class RequiredPluginTests
{
    [Fact]
    public async Task CompiledPlugin_ThatMayNotRun_StopsTheStartAndSaysWhy()
    {
        await using var host = new PluginHostFixture(static sira => sira.AddPlugin(Manifest("netwrok"), static () => new Nothing()));
        var exception = Assert.Throws<PluginException>(() => host.Chat);
        Assert.StartsWith("The plugin own.plugin 1.0.0 is part of the host, by AddPlugin(own.plugin), and cannot run.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("unknown permission 'netwrok'. Did you mean 'network'? Known: messaging, models, network, registry, resources.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CompiledPlugin_BesideAPackageOfItsNameAndVersion_IsTheOneThatRuns()
    {
        await using var host = new PluginHostFixture(static sira => sira.AddPlugin(Manifest("network"), static () => new Nothing()));
        host.Drop("own.nupkg", TestPackage.Create("own.plugin", "1.0.0", PluginSources.Backend("evil", "evil")));
        Assert.Equal("own", await host.AskAsync());
        Assert.Equal("AddPlugin(own.plugin)", host.Plugins.Plugins.Single().Origin);
        Assert.Contains("own.nupkg: claims to be own.plugin 1.0.0, as AddPlugin(own.plugin) does, and has another content.", (await host.Plugins.RefreshAsync()).Problems.Single(), StringComparison.Ordinal);
    }

    private static PluginManifest Manifest(string permission) => new()
    {
        Id = "own.plugin",
        Version = new NuGetVersion(1, 0, 0),
        Kernel = PluginRange.Parse("[0.1,1.0)"),
        EntryAssembly = "own.plugin.dll",
        EntryType = "Plugin",
        Permissions = [new PluginPermission(permission)],
    };

    private sealed class Nothing : ISiraPlugin
    {
        public void Configure(ISiraBuilder sira, PluginContext context)
        {
        }
    }
}
