using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Messaging;
using Sira.Plugins.Hosting;
using Sira.Plugins.Loading.Tests.Support;
using Sira.Simulation.Time;

namespace Sira.Plugins.Loading.Tests.Unloading;

[Collection(nameof(UnloadCollection))]
public class QuietProcessTests
{
    [Fact]
    public async Task ReplacedPlugin_OfAProcessThatCollectsNothingByItself_IsCollectedBeforeAnythingIsTold()
    {
        var clock = new VirtualTimeProvider();
        await using var host = new PluginHostFixture(sira => sira.Services.AddSingleton<TimeProvider>(clock));
        var told = 0;
        using var subscription = host.Services.GetRequiredService<IMessageBus>().Subscribe<PluginNotUnloaded>(_ => told++);
        host.Drop("acme.nupkg", TestPackage.Create("acme", "1.0.0", PluginSources.Backend("acme", "one")));
        await host.StartAsync();
        Assert.Equal("one", await host.AskAsync("acme/default"));
        await host.Plugins.StopAsync("acme", TestContext.Current.CancellationToken);

        // One look at every FaultInterval; the collections that it asks for go on beside it.
        for (var look = 0; look < 10 && host.Plugins.Unloading > 0; look++)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Equal((0, 0), (told, host.Plugins.Unloading));
    }
}
