using Microsoft.Extensions.DependencyInjection;
using Sira.Plugins.Loading.Tests.Support;

namespace Sira.Plugins.Loading.Tests.Unloading;

[Collection(nameof(UnloadCollection))]
public sealed class UnloadMatrixTests : IDisposable
{
    private static readonly UnloadBehaviour[] All = [.. TidyBehaviours.All, .. LeakingBehaviours.All, .. FurtherBehaviours.All];

    // eng/soak-plugins.sh sets more.
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("SIRA_PLUGIN_ROUNDS"), out var rounds) ? rounds : 1;

    public static TheoryData<string> Behaviours => [.. All.Select(static behaviour => behaviour.Name)];

    public static TheoryData<string> Leaks => [.. All.Where(static behaviour => !behaviour.UnloadsUnaided && behaviour.IsHealed).Select(static behaviour => behaviour.Name)];

    public void Dispose() => HostState.Reset();

    [Theory]
    [MemberData(nameof(Behaviours))]
    public async Task Plugin_ThatEnds_LeavesMemoryAsKnown(string name)
    {
        var behaviour = All.Single(known => known.Name == name);
        for (var round = 0; round < Rounds; round++)
        {
            await using var host = new PluginHostFixture(static sira => sira.ConfigurePlugins(static options => options.UnloadTimeout = TimeSpan.FromTicks(1)));

            await UnloadScenario.LiveAsync(host, behaviour);

            Assert.Equal(behaviour.IsHealed, await UnloadScenario.IsUnloadedAsync(host));
            HostState.Reset();
        }
    }

    [Theory]
    [MemberData(nameof(Leaks))]
    public async Task Plugin_ThatLeaks_InAHostThatDoesNotHeal_StaysInMemory(string name)
    {
        var behaviour = All.Single(known => known.Name == name);
        await using var host = new PluginHostFixture(
            static sira => sira.ConfigurePlugins(static options => (options.UnloadTimeout, options.HealUnloads) = (TimeSpan.FromTicks(1), false)));

        await UnloadScenario.LiveAsync(host, behaviour);

        Assert.False(await UnloadScenario.IsUnloadedAsync(host, collections: 4));
    }

    [Fact]
    public async Task HealUnloads_SetInTheSectionOfTheHost_IsObeyed()
    {
        var behaviour = LeakingBehaviours.All.Single(static known => known.Name == "timer-in-a-static");
        await using var host = new PluginHostFixture(settings: new Dictionary<string, string?> { ["Sira:Plugins:HealUnloads"] = "false", ["Sira:Plugins:UnloadTimeout"] = "1ms" });

        await UnloadScenario.LiveAsync(host, behaviour);

        Assert.False(await UnloadScenario.IsUnloadedAsync(host, collections: 4));
    }

    [Fact]
    public void Leaks_OfTheTwenty_AreMostlyHealed() => Assert.True(LeakingBehaviours.All.Count(static behaviour => behaviour.IsHealed) >= 12);
}
