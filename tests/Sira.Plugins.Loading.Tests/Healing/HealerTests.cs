using System.Diagnostics.Metrics;
using System.Runtime.Loader;
using Sira.Plugins.Loading.Healing;
using Sira.Plugins.Loading.Healing.Healers;
using Sira.Plugins.Loading.Tests.Unloading;

namespace Sira.Plugins.Loading.Tests.Healing;

[Collection(nameof(UnloadCollection))]
public sealed class HealerTests : IDisposable
{
    private static readonly ILeakHealer[] Healers =
        [new TimerHealer(), new RegisteredWaitHealer(), new ProcessEventHealer(), new UnobservedTaskHealer(), new ContextEventHealer(), new MeterHealer(), new ListenerHealer(), new JsonCacheHealer()];

    public void Dispose() => HostState.Reset();

    [Fact]
    public void Members_OfThisRuntime_AreAllThere() => Assert.All(Healers, static healer => Assert.Null(healer.Missing));

    [Fact]
    public void Heal_WhatTheHostHas_TouchesNothingOfIt()
    {
        EventHandler exit = static (_, _) => { };
        EventHandler<UnobservedTaskExceptionEventArgs> unobserved = static (_, _) => { };
        AssemblyLoadEventHandler load = static (_, _) => { };
        var published = 0;
        using var signal = new ManualResetEvent(false);
        using var called = new ManualResetEvent(false);
        using var timer = new Timer(static _ => { }, null, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        using var meter = new Meter("host");
        meter.CreateObservableGauge("host.size", static () => 1);
        using var listener = new MeterListener { InstrumentPublished = (_, _) => published++ };
        listener.Start();
        var delay = DelayAsync(TestContext.Current.CancellationToken);
        var wait = ThreadPool.RegisterWaitForSingleObject(signal, (_, _) => called.Set(), null, Timeout.Infinite, executeOnlyOnce: true);
        AppDomain.CurrentDomain.ProcessExit += exit;
        TaskScheduler.UnobservedTaskException += unobserved;
        AppDomain.CurrentDomain.AssemblyLoad += load;
        var context = new AssemblyLoadContext("stranger", isCollectible: true);
        try
        {
            Assert.All(Healers, healer => Assert.Equal(0, healer.Heal(context)));

            published = 0;
            meter.CreateCounter<int>("host.count");
            Assert.Equal(1, published);
            Assert.False(delay.IsCompleted);
            signal.Set();
            Assert.True(called.WaitOne(TimeSpan.FromSeconds(30)));
        }
        finally
        {
            AppDomain.CurrentDomain.ProcessExit -= exit;
            TaskScheduler.UnobservedTaskException -= unobserved;
            AppDomain.CurrentDomain.AssemblyLoad -= load;
            wait.Unregister(null);
            context.Unload();
        }
    }

    [Fact]
    public async Task Heal_OfTimers_LeavesTheDelayForWhichTheHostWaits()
    {
        var behaviour = new UnloadBehaviour("delay-for-the-host", "HostState.Pending = WaitAsync(HostState.Closing.Token);")
        {
            Members = "static async Task WaitAsync(CancellationToken token) => await Task.Delay(TimeSpan.FromHours(1), token);",
        };
        var context = BareContext.Run(behaviour);
        var waiting = AwaitAsync(HostState.Pending!);

        Assert.Equal(0, new TimerHealer().Heal(context));
        await HostState.Closing.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void Heal_OfTimers_EndsTheDelayForWhichNobodyWaits()
    {
        var context = BareContext.Run(FurtherBehaviours.All.Single(static behaviour => behaviour.Name == "delay-loop"));

        Assert.Equal(1, new TimerHealer().Heal(context));
        Assert.Equal(0, new TimerHealer().Heal(context));
    }

    [Fact]
    public void Heal_OfAnEvent_RemovesOnlyThePluginsHandler()
    {
        var context = BareContext.Run(LeakingBehaviours.All.Single(static behaviour => behaviour.Name == "process-exit"));

        Assert.Equal(1, new ProcessEventHealer().Heal(context));
        Assert.Equal(0, new ProcessEventHealer().Heal(context));
    }

    [Fact]
    public void Heal_OfAMeterWithAListener_TellsTheListener()
    {
        var ended = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, self) => self.EnableMeasurementEvents(instrument),
            MeasurementsCompleted = (instrument, _) => ended.Add(instrument.Name),
        };
        listener.Start();
        var context = BareContext.Run(LeakingBehaviours.All.Single(static behaviour => behaviour.Name == "meter"));

        Assert.Equal(1, new MeterHealer().Heal(context));
        Assert.Contains("leaky.size", ended);
    }

    private static async Task DelayAsync(CancellationToken cancellationToken) => await Task.Delay(TimeSpan.FromHours(1), cancellationToken);

    private static async Task AwaitAsync(Task task) => await task;
}
