using System.Runtime.InteropServices;
using System.Text;
using Sira.Plugins.Loading.Tests.Support;

namespace Sira.Plugins.Loading.Tests.Contexts;

/// <summary>What a package brings beside its assemblies.</summary>
public class PackageFilesTests
{
    // Exports CompressionNative_Crc32, which is all that the test needs of a library that is no assembly.
    private static readonly byte[] Native = File.ReadAllBytes(Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*System.IO.Compression.Native.*").Single(static file => !file.EndsWith(".a", StringComparison.Ordinal)));
    private static readonly string OperatingSystemName = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
    private static readonly string FileName = OperatingSystem.IsWindows() ? "acmecrc.dll" : OperatingSystem.IsMacOS() ? "libacmecrc.dylib" : "libacmecrc.so";

    [Theory]
    [InlineData("acmecrc")]
    [InlineData("libacmecrc")]
    public async Task NativeLibrary_ForThisMachine_IsFoundAndItsFileGoesWithThePlugin(string name)
    {
        var before = Extracted();
        await using var host = new PluginHostFixture();
        host.Drop("acme.nupkg", Package(Calling(OperatingSystem.IsWindows() ? "acmecrc" : name), (Folder(), Native), ($"runtimes/plan9-mips/native/{FileName}", [1, 2, 3])));

        // The check value of CRC-32 (its catalogue entry), over "123456789".
        Assert.Equal("cbf43926", await host.AskAsync("acme/default"));
        var file = Assert.Single(Extracted().Except(before), static folder => File.Exists(Path.Combine(folder, FileName)));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(file));
        }

        host.Delete("acme.nupkg");
        Assert.Equal(["acme 1.0.0"], (await host.Plugins.RefreshAsync()).Stopped);
        Assert.True(await host.Plugins.WaitForUnloadAsync());
        Assert.Equal(OperatingSystem.IsWindows(), Directory.Exists(file));
    }

    [Fact]
    public async Task NativeLibrary_ForOtherMachinesOnly_IsToldWithTheMachinesItIsFor()
    {
        await using var host = new PluginHostFixture();
        host.Drop("acme.nupkg", Package(Calling("acmecrc"), ($"runtimes/plan9-mips/native/{FileName}", Native)));
        Assert.Equal($"DllNotFoundException: The plugin acme 1.0.0 has the library 'acmecrc' for plan9-mips, and this machine is {RuntimeInformation.RuntimeIdentifier}.", await host.AskAsync("acme/default"));
    }

    [Fact]
    public async Task Satellite_OfACulture_IsFound()
    {
        var source = PluginSources.Backend("acme", "@").Replace("\"@\"", "typeof(Plugin).Assembly.GetSatelliteAssembly(new System.Globalization.CultureInfo(\"de\")).FullName", StringComparison.Ordinal);
        var german = PluginCode.Compile("acme.resources", "[assembly: System.Reflection.AssemblyCulture(\"de\")]");
        await using var host = new PluginHostFixture();
        host.Drop("acme.nupkg", Package(source, ("lib/net10.0/de/acme.resources.dll", german)));
        Assert.Equal("acme.resources, Version=0.0.0.0, Culture=de, PublicKeyToken=null", await host.AskAsync("acme/default"));
        host.Delete("acme.nupkg");
        await host.Plugins.RefreshAsync();
        Assert.True(await host.Plugins.WaitForUnloadAsync());
    }

    private static string Folder() => $"runtimes/{OperatingSystemName}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}/native/{FileName}";

    private static string[] Extracted() => Directory.GetDirectories(Path.GetTempPath(), "sira-plugin-*");

    private static string Calling(string library) => PluginSources.Backend("acme", "@").Replace("\"@\"", "Crc.Compute()", StringComparison.Ordinal) + $$"""

        public static class Crc
        {
            [System.Runtime.InteropServices.DllImport("{{library}}", EntryPoint = "CompressionNative_Crc32")]
            private static extern uint Crc32(uint seed, byte[] content, int length);

            public static string Compute()
            {
                try
                {
                    var content = System.Text.Encoding.ASCII.GetBytes("123456789");
                    return Crc32(0, content, content.Length).ToString("x8");
                }
                catch (Exception exception)
                {
                    return exception.GetType().Name + ": " + exception.Message;
                }
            }
        }
        """;

    private static byte[] Package(string source, params (string Name, byte[] Content)[] more) =>
        TestPackage.Zip([("sira-plugin.json", Encoding.UTF8.GetBytes(TestPackage.Manifest("acme", "1.0.0"))), ("lib/net10.0/acme.dll", PluginCode.Compile("acme", source)), .. more]);
}
