using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sira.Kernel.Builder;
using Sira.Kernel.Messaging;
using Sira.Plugins.Hosting;
using Sira.Plugins.Manifests;
using Sira.Plugins.Tests.Hosting.Support;

namespace Sira.Plugins.Tests.Hosting;

/// <summary>Plugins that throw, hang or lie at any point of their lives, beside a good one that must not notice.</summary>
public class MisbehavingPluginTests
{
    private static readonly Func<Task> Hang = static () => new TaskCompletionSource().Task;

    public static TheoryData<string, string> Starts => new()
    {
        { "load throws", "The plugin 'worse' failed to load: InvalidOperationException: boom" },
        { "load hangs", "The plugin 'worse' did not load within 00:00:30." },
        { "configure throws", "The plugin 'worse' failed to configure itself: InvalidOperationException: boom" },
        { "configure blocks", "The plugin 'worse' did not configure itself within 00:00:30." },
        { "start throws", "The plugin 'worse' failed to start: InvalidOperationException: boom" },
        { "start hangs", "The plugin 'worse' did not start within 00:00:30." },
        { "start blocks", "The plugin 'worse' did not start within 00:00:30." },
        { "start cancels", "The plugin 'worse' failed to start: OperationCanceledException" },
        { "service throws", "The plugin 'worse' failed to start: InvalidOperationException: boom" },
        { "service cannot be made", "The plugin 'worse' failed to configure itself: AggregateException" },
        { "takes a name", "Two load balancers are called 'good'" },
        { "takes over", "The plugin 'worse' registers IMessageBus, which the host does not take from plugins." },
    };

    [Theory]
    [MemberData(nameof(Starts))]
    public async Task Plugin_ThatFailsToCome_IsRefusedWithTheReason_AndNobodyElseNotices(string how, string expected)
    {
        await using var host = new TestHost(static options => options.RestartDelay = options.MaxRestartDelay = TimeSpan.FromHours(1));
        using var blocked = new ManualResetEventSlim();
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("good")) { OnConfigure = TestHost.Balancer("good") });

        // First, as of two that start at the same time either may come into use before the other.
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        host.Available.Add(Create("worse", "1.0.0", how, blocked));

        var refresh = await host.PassAsync(host.Plugins.RefreshAsync(TestContext.Current.CancellationToken));
        blocked.Set();

        Assert.Contains(expected, Assert.Single(refresh.Problems));
        Assert.Empty(refresh.Started);
        Assert.Equal(PluginState.Started, host.Status("good").State);
        Assert.Equal(["good"], host.Balancers);
        Assert.Equal(PluginState.Faulted, host.Status("worse").State);
        Assert.Contains(expected, host.Status("worse").Reason);
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public async Task Update_ThatFails_LeavesTheOldVersionInUse(string how, string expected)
    {
        await using var host = new TestHost();
        using var blocked = new ManualResetEventSlim();
        var journal = new List<string>();
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("good")) { OnConfigure = TestHost.Balancer("good") });
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("worse"), journal) { OnConfigure = TestHost.Balancer("old") });
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        host.Available.Add(Create("worse", "1.1.0", how, blocked));

        var refresh = await host.PassAsync(host.Plugins.RefreshAsync(TestContext.Current.CancellationToken));
        blocked.Set();

        Assert.Contains(expected, Assert.Single(refresh.Problems));
        Assert.Equal((0, 0), (refresh.Started.Count, refresh.Stopped.Count));
        Assert.Equal(["good", "old"], host.Balancers);
        Assert.Equal(("1.0.0", PluginState.Started), (host.Status("worse").Version, host.Status("worse").State));
        Assert.DoesNotContain("worse 1.0.0: stop", journal);
    }

    [Theory]
    [InlineData("stop throws")]
    [InlineData("stop hangs")]
    [InlineData("stop blocks")]
    [InlineData("service stop throws")]
    [InlineData("dispose throws")]
    [InlineData("token callback throws")]
    public async Task Plugin_ThatFailsToGo_IsGoneAllTheSame(string how)
    {
        await using var host = new TestHost();
        using var blocked = new ManualResetEventSlim();
        var journal = new List<string>();
        host.Available.Add(Create("worse", "1.0.0", how, blocked, journal));
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        var contributor = host.Catalogue.Current.Contributors[1];
        host.Available.Clear();

        var refresh = await host.PassAsync(host.Plugins.RefreshAsync(TestContext.Current.CancellationToken));
        blocked.Set();

        Assert.Equal(["worse 1.0.0"], refresh.Stopped);
        Assert.Empty(host.Plugins.Plugins);
        Assert.True(contributor.IsRevoked);
        Assert.Equal("worse 1.0.0: unload", journal[^1]);
    }

    [Fact]
    public async Task Requests_ThatUseAPlugin_AreWaitedFor_ButNotForEver()
    {
        await using var host = new TestHost(options => options.DrainTimeout = TimeSpan.FromSeconds(20));
        var journal = new List<string>();
        var requests = new TaskCompletionSource();
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("acme"), journal));
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        host.Requests = requests.Task;
        host.Available.Clear();
        var going = host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        host.Clock.Advance(TimeSpan.FromSeconds(19));
        await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal((false, PluginState.Stopping, 3), (going.IsCompleted, host.States.Count > 1 ? PluginState.Stopping : PluginState.Started, journal.Count));

        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await host.PassAsync(going);
        Assert.Equal("acme 1.0.0: unload", journal[^1]);
    }

    private static ScriptedPlugin Create(string id, string version, string how, ManualResetEventSlim blocked, List<string>? journal = null)
    {
        Action<ISiraBuilder>? configure = how switch
        {
            "configure throws" => static _ => throw new InvalidOperationException("boom"),
            "configure blocks" => _ => blocked.Wait(),
            "service throws" => static sira => sira.Services.AddSingleton<IHostedService>(new Service { FailsToStart = true }),
            "service stop throws" => static sira => sira.Services.AddSingleton<IHostedService>(new Service { FailsToStop = true }),
            "service cannot be made" => static sira => sira.Services.AddSingleton<Needy>(),
            "dispose throws" => static sira => sira.Services.AddSingleton<Undisposable>(),
            "takes a name" => static sira => TestHost.Balancer("good")(sira, null!),
            "takes over" => static sira => sira.Services.AddSingleton<IMessageBus>(static _ => throw new InvalidOperationException()),
            _ => null,
        };
        return new ScriptedPlugin(ScriptedPlugin.Describe(id, version), journal)
        {
            OnLoad = how switch
            {
                "load throws" => static () => throw new InvalidOperationException("boom"),
                "load hangs" => Hang,
                _ => null,
            },
            OnConfigure = (sira, context) =>
            {
                configure?.Invoke(sira);
                if (how == "token callback throws")
                {
                    context.Stopping.Register(static () => throw new InvalidOperationException("boom"));
                }
            },
            OnStart = (services, _) =>
            {
                services.GetService<Undisposable>();
                switch (how)
                {
                    case "start throws":
                        throw new InvalidOperationException("boom");
                    case "start cancels":
                        throw new OperationCanceledException();
                    case "start blocks":
                        blocked.Wait(CancellationToken.None);
                        break;
                }

                return how == "start hangs" ? Hang() : Task.CompletedTask;
            },
            OnStop = _ =>
            {
                if (how == "stop throws")
                {
                    throw new InvalidOperationException("boom");
                }

                if (how == "stop blocks")
                {
                    blocked.Wait(CancellationToken.None);
                }

                return how == "stop hangs" ? Hang() : Task.CompletedTask;
            },
        };
    }

    private sealed class Service : IHostedService
    {
        public bool FailsToStart { get; init; }

        public bool FailsToStop { get; init; }

        public Task StartAsync(CancellationToken cancellationToken) => FailsToStart ? throw new InvalidOperationException("boom") : Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => FailsToStop ? throw new InvalidOperationException("boom") : Task.CompletedTask;
    }

    private sealed class Needy(IDisposable nowhere)
    {
        public IDisposable Nowhere => nowhere;
    }

    private sealed class Undisposable : IDisposable
    {
        public void Dispose() => throw new InvalidOperationException("boom");
    }
}
