using System.Text;
using Sira.Plugins.Loading.Tests.Support;

namespace Sira.Plugins.Loading.Tests.Packages;

public class BrokenPluginTests
{
    private const string Good = """public sealed class Plugin : ISiraPlugin { public void Configure(ISiraBuilder sira, PluginContext context) { } }""";

    [Fact]
    public async Task EntryAssemblyMissing() => Assert.Contains(
        "The manifest of the plugin bad 1.0.0 names the assembly 'bad.dll', which is not in the package.",
        await HostileHost.MeetAsync(Package(("lib/net10.0/other.dll", PluginCode.Compile("other", Good)))), StringComparison.Ordinal);

    [Fact]
    public async Task NoCodeAtAll() => Assert.Contains("names the assembly 'bad.dll', which is not in the package", await HostileHost.MeetAsync(Package()), StringComparison.Ordinal);

    [Fact]
    public async Task EntryTypeMissing() => Assert.Contains(
        "names the type 'Plugin', which is not in bad. It has Search; correct \"entryType\".",
        await HostileHost.MeetAsync(Code(Good.Replace("Plugin :", "Search :", StringComparison.Ordinal))), StringComparison.Ordinal);

    [Theory]
    [InlineData("public sealed class Plugin { }")]
    [InlineData("public sealed class Plugin : ISiraPlugin { public Plugin(int port) { } public void Configure(ISiraBuilder sira, PluginContext context) { } }")]
    [InlineData("public sealed class Plugin : ISiraPlugin { private Plugin() { } public void Configure(ISiraBuilder sira, PluginContext context) { } }")]
    [InlineData("public abstract class Plugin : ISiraPlugin { public Plugin() { } public void Configure(ISiraBuilder sira, PluginContext context) { } }")]
    [InlineData("public abstract class Plugin : ISiraPlugin { public void Configure(ISiraBuilder sira, PluginContext context) { } }")]
    public async Task EntryTypeOfAnotherKind(string source) => Assert.Contains(
        "names the type 'Plugin', which is no ISiraPlugin with a public constructor without parameters", await HostileHost.MeetAsync(Code(source)), StringComparison.Ordinal);

    [Theory]
    [InlineData("public sealed class Plugin : ISiraPlugin { public Plugin() => throw new InvalidOperationException(\"no luck\"); public void Configure(ISiraBuilder sira, PluginContext context) { } }", "The plugin 'bad' failed to configure itself: InvalidOperationException: no luck")]
    [InlineData("public sealed class Plugin : ISiraPlugin { static Plugin() => throw new InvalidOperationException(\"no luck\"); public void Configure(ISiraBuilder sira, PluginContext context) { } }", "The plugin 'bad' failed to configure itself: InvalidOperationException: no luck (in the type initializer of Plugin)")]
    [InlineData("public sealed class Plugin : ISiraPlugin { public void Configure(ISiraBuilder sira, PluginContext context) => throw new InvalidOperationException(\"no luck\"); }", "The plugin 'bad' failed to configure itself: InvalidOperationException: no luck")]
    public async Task EntryTypeThatFails(string source, string reason) => Assert.Contains(reason, await HostileHost.MeetAsync(Code(source)), StringComparison.Ordinal);

    [Fact]
    public async Task NativeAssembly() => Assert.Contains("It holds no managed code.", await HostileHost.MeetAsync(Package(("lib/net10.0/bad.dll", NativeImage()))), StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(400)]
    public async Task CorruptAssembly(int length)
    {
        var text = await HostileHost.MeetAsync(Package(("lib/net10.0/bad.dll", PluginCode.Compile("bad", Good)[..length])));
        Assert.Contains("bad 1.0.0", text, StringComparison.Ordinal);
        Assert.Contains("Build the package anew.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("net11.0")]
    [InlineData("net48")]
    [InlineData("monoandroid10.0")]
    public async Task WrongFramework(string framework) => Assert.Contains(
        $"has code for {framework}, and this host runs net10.0. Build the plugin for net10.0 or older.",
        await HostileHost.MeetAsync(Package(($"lib/{framework}/bad.dll", PluginCode.Compile("bad", Good)))), StringComparison.Ordinal);

    [Fact]
    public async Task OneFrameworkTwice() => Assert.Contains(
        "which are the same. Pack one of them.",
        await HostileHost.MeetAsync(Package(("lib/net8.0/bad.dll", [1]), ("lib/netcoreapp8.0/bad.dll", [2]))), StringComparison.Ordinal);

    [Fact]
    public async Task ReferencedAssemblyMissing()
    {
        var library = PluginCode.Compile("Acme.Library", "namespace Acme { public static class Library { public static void Run() { } } }");
        Assert.Contains(
            "The plugin bad 1.0.0 lacks what it was built with: Acme.Library 0.0.0.0, used by bad, is in none of the package, the plugins that it depends on, and the host.",
            await HostileHost.MeetAsync(TestPackage.Create("bad", "1.0.0", Good.Replace("{ }", "{ Acme.Library.Run(); }", StringComparison.Ordinal), references: library)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NewerContract_OfTheManifest() => Assert.Contains(
        "bad",
        await HostileHost.MeetAsync(TestPackage.Zip(("sira-plugin.json", Encoding.UTF8.GetBytes(TestPackage.Manifest("bad", "1.0.0").Replace("[0.1,1.0)", "[9.0,10.0)", StringComparison.Ordinal))), ("lib/net10.0/bad.dll", PluginCode.Compile("bad", Good)))), StringComparison.Ordinal);

    [Fact]
    public async Task NewerContract_OfAnAssembly()
    {
        // Compiled against an assembly of another name, as the compiler takes no two of one; the name is then changed in the metadata.
        var future = PluginCode.Compile("Sira.Toolz", "[assembly: System.Reflection.AssemblyVersion(\"9.0.0.0\")] namespace Sira.Tools { public static class Future { public static void Run() { } } }");
        var plugin = PluginCode.Compile("bad", Good.Replace("{ }", "{ Sira.Tools.Future.Run(); }", StringComparison.Ordinal), future);
        plugin[plugin.AsSpan().IndexOf("Sira.Toolz\0"u8) + 9] = (byte)'s';
        Assert.Contains("Sira.Tools 9.0.0.0, used by bad, is newer than the host's 0.1.0.0", await HostileHost.MeetAsync(Package(("lib/net10.0/bad.dll", plugin))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DependencyMissing()
    {
        var text = await HostileHost.MeetAsync(TestPackage.Create("bad", "1.0.0", Good, """ "dependencies": [{ "plugin": "goood", "range": "[1.0,2.0)" }] """));
        Assert.Contains("goood", text, StringComparison.Ordinal);
        Assert.Contains("good", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DependencyCycle()
    {
        var text = await HostileHost.MeetAsync(
            ("bad.nupkg", TestPackage.Create("bad", "1.0.0", Good, """ "dependencies": [{ "plugin": "worse", "range": "[1.0,2.0)" }] """)),
            ("worse.nupkg", TestPackage.Create("worse", "1.0.0", Good, """ "dependencies": [{ "plugin": "bad", "range": "[1.0,2.0)" }] """)));
        Assert.Contains("bad", text, StringComparison.Ordinal);
        Assert.Contains("worse", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoPackagesOfOneIdAndVersion_NeitherRuns() => Assert.Contains(
        "bad2.nupkg: claims to be bad 1.0.0, as bad.nupkg does, and says something else. Remove one of the two",
        await HostileHost.MeetAsync(
            ("bad.nupkg", TestPackage.Create("bad", "1.0.0", Good)),
            ("bad2.nupkg", TestPackage.Create("bad", "1.0.0", Good, """ "description": "another" """))), StringComparison.Ordinal);

    [Fact]
    public async Task TwoPackagesOfOneIdVersionAndManifest_WithOtherContent_NeitherRuns() => Assert.Contains(
        "Remove one of the two",
        await HostileHost.MeetAsync(
            ("bad.nupkg", TestPackage.Create("bad", "1.0.0", PluginSources.Backend("bad", "one"))),
            ("bad2.nupkg", TestPackage.Create("bad", "1.0.0", PluginSources.Backend("bad", "two")))), StringComparison.Ordinal);

    [Fact]
    public async Task SecondPackageOfARunningIdAndVersion_TheRunningOneGoesOn()
    {
        await using var host = new PluginHostFixture();
        Assert.Equal("own", await host.AskAsync());
        host.Drop("later-by-name.nupkg", TestPackage.Create("acme", "1.0.0", PluginSources.Backend("acme", "one")));
        Assert.Empty((await host.Plugins.RefreshAsync()).Problems);

        host.Drop("another.nupkg", TestPackage.Create("acme", "1.0.0", PluginSources.Backend("acme", "two"), """ "description": "another" """));
        var refresh = await host.Plugins.RefreshAsync();

        Assert.Empty(refresh.Stopped);
        Assert.Contains("another.nupkg: claims to be acme 1.0.0, as ", Assert.Single(refresh.Problems), StringComparison.Ordinal);
        Assert.Contains("later-by-name.nupkg does, and has another content. The other one is taken, as it is running.", refresh.Problems[0], StringComparison.Ordinal);
        Assert.Equal("one", await host.AskAsync("acme/default"));
    }

    private static byte[] Code(string source) => TestPackage.Create("bad", "1.0.0", source);

    private static byte[] Package(params (string Name, byte[] Content)[] files) => TestPackage.Zip([("sira-plugin.json", Encoding.UTF8.GetBytes(TestPackage.Manifest("bad", "1.0.0"))), .. files]);

    // An assembly whose header has lost the pointer to its metadata: the CLI header is the fifteenth data directory (ECMA-335 II.25.2.3.3).
    private static byte[] NativeImage()
    {
        var image = (byte[])PluginCode.Compile("bad", Good).Clone();
        var optionalHeader = BitConverter.ToInt32(image, 0x3C) + 24;
        var directories = optionalHeader + (BitConverter.ToUInt16(image, optionalHeader) == 0x20B ? 112 : 96);
        image.AsSpan(directories + (14 * 8), 8).Clear();
        return image;
    }
}
