using Microsoft.Extensions.DependencyInjection;
using Sira.Plugins.Loading.Tests.Support;

namespace Sira.Plugins.Loading.Tests.Unloading;

public sealed class UnloadMatrixTests : IDisposable
{
    public static TheoryData<string> Behaviours => [.. TidyBehaviours.All.Concat(LeakingBehaviours.All).Select(static behaviour => behaviour.Name)];

    public void Dispose() => HostState.Reset();

    [Theory]
    [MemberData(nameof(Behaviours))]
    public async Task Plugin_ThatEnds_LeavesMemoryAsKnown(string name)
    {
        var behaviour = TidyBehaviours.All.Concat(LeakingBehaviours.All).Single(known => known.Name == name);
        await using var host = new PluginHostFixture(static sira => sira.ConfigurePlugins(static options => options.UnloadTimeout = TimeSpan.FromTicks(1)));

        await UnloadScenario.LiveAsync(host, behaviour);

        Assert.Equal(behaviour.IsHealed, await UnloadScenario.IsUnloadedAsync(host));
    }
}
