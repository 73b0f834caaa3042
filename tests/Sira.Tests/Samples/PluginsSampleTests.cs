using System.Diagnostics;
using Sira.Testing;

namespace Sira.Tests.Samples;

public class PluginsSampleTests
{
    [Fact]
    public async Task Plugins_RunAsANewcomerDoes_ShowsTheWholeLifeAndSucceeds()
    {
        // Built with these tests, in the same configuration.
        var build = Path.GetRelativePath(Path.Combine(RepositoryRoot.Path, "tests", "Sira.Tests", "bin"), AppContext.BaseDirectory);
        using var sample = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(RepositoryRoot.Path, "samples", "Plugins", "bin", build, "Plugins.dll")]) { RedirectStandardOutput = true })!;
        var output = await sample.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await sample.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(sample.ExitCode == 0, output);
        Assert.Contains("greeting/default: Hello from 1.0.0, Ada.", output, StringComparison.Ordinal);
        Assert.Contains("| Hello from 1.1.0, Ada.", output, StringComparison.Ordinal);
        Assert.Contains("0 calls failed.", output, StringComparison.Ordinal);
        Assert.Contains("is in quarantine", output, StringComparison.Ordinal);
        Assert.Contains("Every version has left memory, which was verified.", output, StringComparison.Ordinal);

        // Plain text where it is redirected.
        Assert.DoesNotContain('\u001b', output);
    }
}
