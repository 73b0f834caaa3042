using Sira.Kernel.Configuration;
using Sira.Plugins.Tests.Hosting.Support;

namespace Sira.Plugins.Tests.Configuration;

public class PluginOptionsTests
{
    [Theory]
    [InlineData("MinimumTrust", "Modified", "Sira:Plugins:MinimumTrust: 'Modified' is no trust that can be asked for; what is modified is never loaded. Use Trusted, Signed or Unsigned.")]
    [InlineData("Items:acme:Permissions:0", "netwrk: a.test", "Sira:Plugins:Items:acme:Permissions: unknown permission 'netwrk'. Did you mean 'network'? Known: messaging, network, registry, resources.")]
    public void Start_Mistake_NamesValueAndFix(string key, string value, string expected)
    {
        var exception = Assert.Throws<SiraConfigurationException>(() => new TestHost(settings: new() { ["Sira:Plugins:" + key] = value }));

        Assert.Equal(expected, Assert.Single(exception.Errors).ToString());
    }

    [Fact]
    public async Task Refresh_ItemOfAPluginThatIsNotThere_IsAProblemAndNoMistake()
    {
        await using var host = new TestHost(settings: new() { ["Sira:Plugins:Items:acne:Version"] = "[1.0,2.0)" });
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("acme")));

        var refresh = await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["acme 1.0.0"], refresh.Started);
        Assert.Equal("Sira:Plugins:Items:acne: unknown plugin 'acne'. Did you mean 'acme'? Known: acme.", Assert.Single(refresh.Problems));

        // A package may come later.
        host.Available.Add(new ScriptedPlugin(ScriptedPlugin.Describe("acne")));
        Assert.Empty((await host.Plugins.RefreshAsync(TestContext.Current.CancellationToken)).Problems);
    }
}
