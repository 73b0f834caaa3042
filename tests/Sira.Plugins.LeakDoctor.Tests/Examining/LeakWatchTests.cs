using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Messaging;
using Sira.Plugins.Hosting;
using Sira.Plugins.LeakDoctor.Reports;
using Sira.Plugins.Loading.Tests.Support;
using Sira.Plugins.Loading.Tests.Unloading;

namespace Sira.Plugins.LeakDoctor.Tests.Examining;

[Collection(nameof(UnloadCollection))]
public sealed class LeakWatchTests : IDisposable
{
    public void Dispose() => HostState.Reset();

    [Fact]
    public async Task PluginThatDoesNotUnload_InARunningHost_IsExaminedAndReported()
    {
        var behaviour = LeakingBehaviours.All.Single(static known => known.Name == "table-of-the-host-by-type");
        await using var host = new PluginHostFixture(static sira => sira.AddPluginLeakDoctor().ConfigurePlugins(static options => options.UnloadTimeout = TimeSpan.FromTicks(1)));
        var found = new TaskCompletionSource<PluginLeaksFound>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = host.Services.GetRequiredService<IMessageBus>().Subscribe<PluginLeaksFound>(found.SetResult);
        foreach (var watch in host.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().Where(static service => service.GetType().Name == "LeakWatch"))
        {
            await watch.StartAsync(TestContext.Current.CancellationToken);
        }

        await UnloadScenario.LiveAsync(host, behaviour);
        Assert.False(await UnloadScenario.IsUnloadedAsync(host));

        var report = (await found.Task).Report;
        if (!report.Leaks.Any(leak => leak.Plugin == behaviour.PluginId + " 1.0.0"))
        {
            // A process that was stopped in the middle of a collection can be read in part only: it is looked at once more.
            report = await host.Services.GetRequiredService<IPluginLeakDoctor>().ExamineAsync(TestContext.Current.CancellationToken);
        }

        var leak = Assert.Single(report.Leaks, leak => leak.Plugin == behaviour.PluginId + " 1.0.0");
        var path = Assert.Single(leak.Paths, static path => path.Root.Name.EndsWith("HostState.<ByType>k__BackingField", StringComparison.Ordinal));
        Assert.Equal((LeakKind.Field, LeakRootKind.StaticField), (path.Kind, path.Root.Kind));
        Assert.Equal(("Data", behaviour.PluginId + " 1.0.0"), (path.Nodes[^1].Type, path.Nodes[^1].Belongs));
        Assert.Equal(("_value", "runtime"), (path.Nodes[^2].Field, path.Nodes[^2].Belongs));
    }

    [Fact]
    public async Task Message_WithinTheInterval_IsNotExaminedAgain()
    {
        var doctor = new CountingDoctor();
        var services = new ServiceCollection().AddSingleton<IPluginLeakDoctor>(doctor);
        services.AddSira(static sira => sira.AddBackend("own", static _ => new EchoChatClient("own")).AddPluginLeakDoctor());
        await using var provider = services.BuildServiceProvider();
        var bus = provider.GetRequiredService<IMessageBus>();
        var watch = provider.GetServices<Microsoft.Extensions.Hosting.IHostedService>().Single(static service => service.GetType().Name == "LeakWatch");
        await watch.StartAsync(TestContext.Current.CancellationToken);

        bus.Publish(new PluginNotUnloaded("a", "1.0.0", TimeSpan.Zero));
        bus.Publish(new PluginNotUnloaded("b", "1.0.0", TimeSpan.Zero));

        // Which lets the queue run empty.
        await watch.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, doctor.Examinations);
    }

    private sealed class CountingDoctor : IPluginLeakDoctor
    {
        public int Examinations { get; private set; }

        public Task<LeakReport> ExamineAsync(CancellationToken cancellationToken = default)
        {
            Examinations++;
            return Task.FromResult(new LeakReport(default, default, default, []));
        }
    }
}
