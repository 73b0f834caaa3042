using System.Security.Cryptography;
using System.Text;
using Sira.Plugins.Loading.Tests.Support;

namespace Sira.Plugins.Loading.Tests.Packages;

public class HostilePackageTests
{
    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes(TestPackage.Manifest("bad", "1.0.0"));
    private static readonly byte[] Plugin = TestPackage.Create("bad", "1.0.0", PluginSources.Backend("bad", "bad"));

    [Fact]
    public async Task NotAZip() => Assert.StartsWith("bad.nupkg: The package 'bad.nupkg' cannot be read: ", await HostileHost.MeetAsync("hello, this is not a package"u8.ToArray()), StringComparison.Ordinal);

    [Fact]
    public async Task Empty() => Assert.Contains("cannot be read: ", await HostileHost.MeetAsync(Array.Empty<byte>()), StringComparison.Ordinal);

    [Fact]
    public async Task Truncated() => Assert.Contains("Copy it there anew, whole.", await HostileHost.MeetAsync(Plugin[..(Plugin.Length / 2)]), StringComparison.Ordinal);

    [Fact]
    public async Task DamagedInside()
    {
        // Past the local header of 30 bytes and the name: in the compressed manifest.
        var damaged = (byte[])Plugin.Clone();
        damaged[80] ^= 1;
        Assert.Contains("The file 'sira-plugin.json' in the package 'bad.nupkg' is damaged: ", await HostileHost.MeetAsync(damaged), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnpacksToMoreThanItCan() => Assert.Contains(
        "The file 'sira-plugin.json' in it says that it unpacks to 4000000 bytes, which its ",
        await HostileHost.MeetAsync(ZipForgery.SetLength(Plugin, 0, 4_000_000)), StringComparison.Ordinal);

    [Fact]
    public async Task UnpacksToLessThanItDoes() => Assert.Contains("Its checksum or its length is not what the package says.", await HostileHost.MeetAsync(ZipForgery.SetLength(Plugin, 0, 5)), StringComparison.Ordinal);

    [Fact]
    public async Task ZipBomb()
    {
        var package = TestPackage.Zip(("a", RandomNumberGenerator.GetBytes(1_100_000)), ("sira-plugin.json", Manifest));
        Assert.Contains("It unpacks to more than the 1073741824 bytes that are allowed.", await HostileHost.MeetAsync(ZipForgery.SetLength(package, 0, 1_100_000_000)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OverlappingFiles()
    {
        var package = TestPackage.Zip(("a", RandomNumberGenerator.GetBytes(5000)), ("b", [1]), ("sira-plugin.json", Manifest));
        Assert.Contains("Its files overlap.", await HostileHost.MeetAsync(ZipForgery.Overlap(package, 1, 0)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManifestOfAGigabyte() => Assert.Contains(
        "The sira-plugin.json in the package 'bad.nupkg' is longer than 1024 KiB.",
        await HostileHost.MeetAsync(TestPackage.Zip(("sira-plugin.json", new byte[2 * 1024 * 1024]))), StringComparison.Ordinal);

    [Theory]
    [InlineData("../evil.dll")]
    [InlineData("lib/../../evil.dll")]
    [InlineData("lib/%2e%2e/evil.dll")]
    [InlineData("/etc/passwd")]
    [InlineData("C:/evil.dll")]
    [InlineData("lib\\net10.0\\evil.dll")]
    [InlineData("lib//evil.dll")]
    [InlineData("./evil.dll")]
    public async Task PathTraversal(string name) => Assert.Contains(
        $"The name '{Uri.UnescapeDataString(name)}' in it leads elsewhere.",
        await HostileHost.MeetAsync(TestPackage.Zip(("sira-plugin.json", Manifest), (name, [1]))), StringComparison.Ordinal);

    [Fact]
    public async Task ControlCharactersInAName() =>
        Assert.Contains("A name in it is too long, or holds control characters.", await HostileHost.MeetAsync(TestPackage.Zip(("a\u001b[31m", [1]), ("sira-plugin.json", Manifest))), StringComparison.Ordinal);

    [Theory]
    [InlineData("sira-plugin.json")]
    [InlineData("SIRA-Plugin.json")]
    [InlineData("sira%2Dplugin.json")]
    public async Task TwoFilesOfOneName(string name) => Assert.Contains(
        $"The file '{Uri.UnescapeDataString(name)}' is in it twice.",
        await HostileHost.MeetAsync(TestPackage.Zip(("sira-plugin.json", Manifest), (name, Manifest))), StringComparison.Ordinal);

    [Fact]
    public async Task LibraryWithoutAManifest_IsIgnored() => Assert.Empty(await HostileHost.MeetAsync(TestPackage.Zip(("lib/net10.0/library.dll", [1]), ("library.nuspec", [1]))));

    [Fact]
    public async Task ManifestWithMistakes_AllAreTold()
    {
        var text = await HostileHost.MeetAsync(TestPackage.Zip(("sira-plugin.json", """{ "id": "bad", "version": "one", "kernel": "[0.1,1.0)", "entryAssembly": "../bad.dll", "entryTyp": "Plugin" }"""u8.ToArray())));
        Assert.Contains("bad.nupkg: sira-plugin.json:version: 'one' is not a version", text, StringComparison.Ordinal);
        Assert.Contains("unknown member 'entryTyp'. Did you mean 'entryType'?", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyByteChanged_NeverHarmsTheHost()
    {
        var random = new Random(20261122);
        await using var host = new PluginHostFixture();
        Assert.Equal("own", await host.AskAsync("own/default"));
        for (var i = 0; i < 60; i++)
        {
            var damaged = (byte[])Plugin.Clone();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                // The headers at both ends are where most depends on a byte.
                var at = random.Next(3) switch { 0 => random.Next(damaged.Length), 1 => random.Next(200), _ => damaged.Length - 1 - random.Next(250) };
                damaged[at] = (byte)random.Next(256);
            }

            host.Drop($"bad.nupkg", damaged);
            await host.Plugins.RefreshAsync();
            Assert.Equal("own", await host.AskAsync("own/default"));
        }
    }
}
