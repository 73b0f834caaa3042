using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Diagnostics.Inspection;
using Sira.Plugins.Hosting;
using Sira.Plugins.Tests.Hosting.Support;

namespace Sira.Plugins.Tests.Hosting;

public class KeptPluginTests
{
    [Fact]
    public async Task Removal_ThatTheHostRefuses_IsToldByStatusAndInspectorUntilItIsDone()
    {
        await using var host = new TestHost();
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("acme")) { OnConfigure = TestHost.Balancer("first") });
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Null(host.Status("acme").Reason);
        host.Objection = (next, errors) =>
        {
            if (next.Contributors.Length == 1)
            {
                errors.Add("Sira:Routes:default:Balancer", "unknown balancer 'first'.", "Take another.");
            }
        };

        var plugin = host.Available[0];
        host.Available.Clear();
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Equal(PluginState.Started, host.Status("acme").State);
        Assert.StartsWith("It was to be changed and goes on: ", host.Status("acme").Reason, StringComparison.Ordinal);
        Assert.Contains("Sira:Routes:default:Balancer: unknown balancer 'first'.", host.Status("acme").Reason, StringComparison.Ordinal);
        var fact = host.Services.GetRequiredService<ISiraInspector>().Inspect().Facts["plugins"]["acme"];
        Assert.EndsWith(host.Status("acme").Reason!, fact, StringComparison.Ordinal);

        host.Available.Add(plugin);
        await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Null(host.Status("acme").Reason);
    }
}
