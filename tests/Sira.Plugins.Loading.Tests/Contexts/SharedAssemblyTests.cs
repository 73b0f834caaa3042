using System.Runtime.Loader;
using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Configuration;
using Sira.Plugins.Loading.Tests.Support;

namespace Sira.Plugins.Loading.Tests.Contexts;

/// <summary>An application and its plugins have the types in common that the application shares, and no others of its own.</summary>
public class SharedAssemblyTests
{
    private const string Name = "MyApp.Contracts";

    // In the default context, as an application's own assemblies are; loaded after somebody has asked for it in vain, which the runtime remembers.
    private static readonly byte[] Contracts = Versioned("2.1.0.0");
    private static readonly System.Reflection.Assembly Loaded = LoadLate();

    [Theory]
    [InlineData("MyApp.Contracts")]
    [InlineData("myapp.*")]
    public async Task Assembly_SharedByCode_IsOneForBoth(string shared)
    {
        await using var host = new PluginHostFixture(sira => sira.SharePluginAssemblies(shared));
        await IsOneForBothAsync(host);
    }

    [Fact]
    public async Task Assembly_SharedByConfiguration_IsOneForBoth()
    {
        await using var host = new PluginHostFixture(settings: new() { ["Sira:Plugins:SharedAssemblies:0"] = Name });
        await IsOneForBothAsync(host);
    }

    [Fact]
    public async Task Assembly_SharedWhileThePackageHasACopy_IsTheHosts()
    {
        await using var host = new PluginHostFixture(static sira => sira.SharePluginAssemblies(Name));
        host.Drop("acme.nupkg", Package(Contracts, ("lib/net10.0/MyApp.Contracts.dll", Contracts)));
        Assert.Equal($"{Loaded.GetHashCode()}", await host.AskAsync("acme/default"));
    }

    [Fact]
    public async Task Assembly_NotShared_AndInThePackage_IsThePluginsOwn()
    {
        await using var host = new PluginHostFixture();
        host.Drop("acme.nupkg", Package(Contracts, ("lib/net10.0/MyApp.Contracts.dll", Contracts)));
        Assert.NotEqual($"{Loaded.GetHashCode()}", await host.AskAsync("acme/default"));
    }

    [Fact]
    public async Task Assembly_NotShared_TellsThatTheHostHasItAndHowToShareIt()
    {
        Assert.Equal(Name, Loaded.GetName().Name);
        await using var host = new PluginHostFixture();
        host.Drop("acme.nupkg", Package(Contracts));
        Assert.Equal("own", await host.AskAsync("own/default"));
        Assert.Contains(
            "MyApp.Contracts 2.1.0.0, used by acme, is one that the host has (2.1.0.0) and does not share with plugins. If both are to have the same types, let the host share it: SharePluginAssemblies(\"MyApp.Contracts\"), or \"MyApp.Contracts\" in Sira:Plugins:SharedAssemblies. Otherwise put a copy into the package.",
            Reason(host), StringComparison.Ordinal);

        // Shared from then on.
        host.Configuration["Sira:Plugins:SharedAssemblies:0"] = Name;
        host.Configuration.Reload();
        Assert.Equal(["acme 1.0.0"], (await host.Plugins.RefreshAsync()).Started);
    }

    [Theory]
    [InlineData("2.0.0.0", true)]
    [InlineData("2.1.0.0", true)]
    [InlineData("2.2.0.0", false)]
    [InlineData("3.0.0.0", false)]
    public async Task Assembly_OfAnotherVersion_RunsUnlessItIsNewerThanTheHosts(string version, bool runs)
    {
        await using var host = new PluginHostFixture(static sira => sira.SharePluginAssemblies(Name));
        host.Drop("acme.nupkg", Package(Versioned(version), ("lib/net10.0/MyApp.Contracts.dll", Versioned(version))));
        Assert.Equal("own", await host.AskAsync("own/default"));
        if (runs)
        {
            Assert.Equal($"{Loaded.GetHashCode()}", await host.AskAsync("acme/default"));
        }
        else
        {
            Assert.Contains($"MyApp.Contracts {version}, used by acme, is newer than the host's 2.1.0.0. Build the plugin with 2.1.0.0 or older, or update the host.", Reason(host), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("*", "'*' would share every assembly of the host")]
    [InlineData("MyApp.Contracts.dll", "'MyApp.Contracts.dll' is not the name of an assembly.")]
    [InlineData("My*.Contracts", "'My*.Contracts' is not the name of an assembly.")]
    public async Task Name_ThatIsNone_IsRefusedInCodeAndInConfiguration(string name, string problem)
    {
        Assert.Contains(problem, Assert.Throws<ArgumentException>(() => new PluginHostFixture(sira => sira.SharePluginAssemblies(name))).Message, StringComparison.Ordinal);
        await using var host = new PluginHostFixture(settings: new() { ["Sira:Plugins:SharedAssemblies:0"] = name });
        var exception = await Assert.ThrowsAsync<SiraConfigurationException>(() => host.AskAsync("own/default"));
        Assert.Contains($"Sira:Plugins:SharedAssemblies: {problem}", exception.Message, StringComparison.Ordinal);
    }

    private static async Task IsOneForBothAsync(PluginHostFixture host)
    {
        host.Drop("acme.nupkg", Package(Contracts));
        Assert.Equal($"{Loaded.GetHashCode()}", await host.AskAsync("acme/default"));
    }

    private static string? Reason(PluginHostFixture host) => host.Plugins.Plugins.Single(static plugin => plugin.Id == "acme").Reason;

    private static byte[] Versioned(string version) => PluginCode.Compile(Name, $$"""[assembly: System.Reflection.AssemblyVersion("{{version}}")] namespace MyApp { public interface IGreeter { string Hi(); } }""");

    // Its answer says which assembly it has the contract from.
    private static byte[] Package(byte[] contracts, params (string Name, byte[] Content)[] more)
    {
        var source = PluginSources.Backend("acme", "@").Replace("\"@\"", "typeof(MyApp.IGreeter).Assembly.GetHashCode().ToString()", StringComparison.Ordinal);
        return TestPackage.Zip([("sira-plugin.json", System.Text.Encoding.UTF8.GetBytes(TestPackage.Manifest("acme", "1.0.0"))), ("lib/net10.0/acme.dll", PluginCode.Compile("acme", source, contracts)), .. more]);
    }

    private static System.Reflection.Assembly LoadLate()
    {
        Assert.Throws<FileNotFoundException>(static () => AssemblyLoadContext.Default.LoadFromAssemblyName(new System.Reflection.AssemblyName(Name)));
        return AssemblyLoadContext.Default.LoadFromStream(new MemoryStream(Contracts));
    }
}
