using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sira.Plugins.LeakDoctor.Reports;
using Sira.Plugins.Loading.Tests.Unloading;

namespace Sira.Plugins.LeakDoctor.Tests.Examining;

[Collection(nameof(UnloadCollection))]
public sealed class LeakMatrixTests : IDisposable
{
    public void Dispose() => HostState.Reset();

    [Fact]
    public async Task Examine_TheTwentyLeaks_NamesTheKindAndTheRootOfEach()
    {
        foreach (var behaviour in LeakingBehaviours.All.Concat(TidyBehaviours.All))
        {
            BareContext.Run(behaviour);
        }

        var services = new ServiceCollection();
        services.AddSira(static sira => sira.AddPluginLeakDoctor());
        await using var provider = services.BuildServiceProvider();
        var report = await provider.GetRequiredService<IPluginLeakDoctor>().ExamineAsync(TestContext.Current.CancellationToken);

        var wrong = LeakingBehaviours.All.Where(behaviour => !IsNamed(behaviour, report.Leaks.SingleOrDefault(leak => leak.Plugin == behaviour.PluginId))).Select(static behaviour => behaviour.Name).ToArray();
        Assert.True(wrong.Length == 0, $"Not named: {string.Join(", ", wrong)}\n{report}");
        // The last of them may be in memory still, which is said; but nothing may be named that holds it.
        var slandered = report.Leaks.Where(leak => leak.Paths.Count > 0 && TidyBehaviours.All.Any(behaviour => behaviour.PluginId == leak.Plugin)).Select(static leak => leak.Plugin).ToArray();
        Assert.True(slandered.Length == 0, $"Wrongly named: {string.Join(", ", slandered)}\n{report}");
        Assert.All(report.Leaks.SelectMany(static leak => leak.Paths), static path => Assert.True(path.Fix.Length > 0 && path.Nodes.Count > 0));
        Assert.Equal(report.Leaks.Count, JsonDocument.Parse(report.ToJson()).RootElement.GetProperty("leaks").GetArrayLength());
    }

    private static bool IsNamed(UnloadBehaviour behaviour, PluginLeak? leak)
    {
        var (kind, name) = (behaviour.Root.Split(':')[0], behaviour.Root[(behaviour.Root.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        return leak?.Paths.Any(path =>
            path.Kind.ToString() == behaviour.Leak && (kind.Length == 0 || path.Root.Kind.ToString() == kind) && path.Root.Name.Contains(name, StringComparison.Ordinal)) == true;
    }
}
