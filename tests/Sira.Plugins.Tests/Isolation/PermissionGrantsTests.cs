using NuGet.Versioning;
using Sira.Kernel.Configuration;
using Sira.Kernel.Plugins;
using Sira.Plugins.Configuration;
using Sira.Plugins.Isolation;
using Sira.Plugins.Manifests;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Tests.Isolation;

public class PermissionGrantsTests
{
    private const string Path = "Sira:Plugins:Items:acme";

    private static readonly PermissionKinds Kinds = new([new NetworkBroker(), new Broker("models"), new Broker(null)]);

    [Theory]
    [InlineData("network", "network", true)]
    [InlineData("network", "network: a.test", true)]
    [InlineData("network: a.test", "network: a.test", true)]
    [InlineData("network: A.test", "network: a.TEST", true)]
    [InlineData("network: *.a.test", "network: b.a.test", true)]
    [InlineData("network: *.a.test", "network: *.b.a.test", true)]
    [InlineData("network: *.a.test", "network: *.a.test", true)]
    [InlineData("network: 10.*", "network: 10.1.2.3", true)]
    [InlineData("network: *a*", "network: bab", true)]
    [InlineData("network: *", "network: a.test", true)]
    [InlineData("network: a.test", "network", false)]
    [InlineData("network: *", "network", false)]
    [InlineData("network: a.test", "network: b.test", false)]
    [InlineData("network: a.test", "network: a.test:8443", false)]
    [InlineData("network: *.a.test", "network: a.test", false)]
    [InlineData("network: *.a.test", "network: *.test", false)]
    [InlineData("network: a.test", "network: *.test", false)]
    [InlineData("network: *a*", "network: bb", false)]
    [InlineData("models", "network", false)]
    public void Covers_Given_CoversAsked(string given, string asked, bool expected) => Assert.Equal(expected, PermissionGrants.Covers(Permission(given), Permission(asked)));

    [Fact]
    public void Decide_Trusted_GetsWhatItAsksFor()
    {
        var grants = Decide(PluginTrust.Trusted, [], "network: a.test", "network: b.test", "models");
        Assert.Equal(["a.test", "b.test"], grants["network"].Arguments);
        Assert.Empty(grants["models"].Arguments);
        Assert.Equal(2, grants.Count);
    }

    [Fact]
    public void Decide_LimitedAndNotLimited_IsNotLimited() => Assert.Empty(Decide(PluginTrust.Trusted, [], "network: a.test", "network")["network"].Arguments);

    [Theory]
    [InlineData(PluginTrust.Signed)]
    [InlineData(PluginTrust.Unsigned)]
    public void Decide_NotTrusted_NeedsTheHost(PluginTrust trust)
    {
        Assert.Equal(
            $"{Path}:Permissions: the plugin acme 1.0.0 asks for 'network: b.test', and as it is {trust.ToString().ToLowerInvariant()} and not trusted, the host has to permit it. Add \"network: b.test\" there if it shall have it.",
            Refused(trust, ["network: a.test"], "network: a.test", "network: b.test"));

        // What the host gives beyond what is asked is not given.
        Assert.Equal(["a.test"], Decide(trust, ["network", "models"], "network: a.test").Single().Value.Arguments);
    }

    [Fact]
    public void Decide_UnknownKind_IsRefusedWithASuggestion() =>
        Assert.Equal("test: Permissions: unknown permission 'netwrok'. Did you mean 'network'? Known: models, network.", Refused(PluginTrust.Trusted, [], "netwrok: a.test"));

    [Fact]
    public void Decide_ArgumentThatCannotBeMeant_IsRefusedBeforeLoading()
    {
        var text = Refused(PluginTrust.Trusted, [], "network: https://a.test/");
        Assert.StartsWith("test: Permissions: 'network: https://a.test/' cannot be meant. Write a host as 'api.example.com'", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("network:")]
    [InlineData("network: ")]
    [InlineData(": a")]
    [InlineData("")]
    [InlineData("Network")]
    [InlineData("network: a\u0007")]
    public void TryParse_EmptyOrWrong_IsNoPermission(string text) => Assert.False(PluginPermission.TryParse(text, out _));

    private static PluginPermission Permission(string text) => PluginPermission.TryParse(text, out var permission) ? permission : throw new ArgumentException(text);

    private static string Refused(PluginTrust trust, string[] given, params string[] asked)
    {
        var errors = new ConfigurationErrors();
        Decide(trust, given, asked, errors);
        return errors.Items.Single().ToString();
    }

    private static Dictionary<string, PluginGrant> Decide(PluginTrust trust, string[] given, params string[] asked)
    {
        var errors = new ConfigurationErrors();
        var grants = Decide(trust, given, asked, errors);
        Assert.Empty(errors.Items);
        return grants;
    }

    private static Dictionary<string, PluginGrant> Decide(PluginTrust trust, string[] given, string[] asked, ConfigurationErrors errors)
    {
        var item = new PluginItemOptions();
        foreach (var text in given)
        {
            item.Permissions.Add(Permission(text));
        }

        return PermissionGrants.Decide(new Plugin(trust, [.. asked.Select(Permission)]), item, Kinds, Path, errors);
    }

    private sealed class Broker(string? permission) : IPluginServiceBroker
    {
        public string? Permission => permission;

        public Type ServiceType => typeof(object);

        public object Create(PluginGrant grant) => new();
    }

    private sealed class Plugin(PluginTrust trust, IReadOnlyList<PluginPermission> permissions)
        : AvailablePlugin(new PluginManifest { Id = "acme", Version = new NuGetVersion(1, 0, 0), Kernel = PluginRange.Any, Permissions = permissions }, "test")
    {
        public override PluginTrust Trust => trust;

        public override string ContentId => "1";

        public override ValueTask<LoadedPlugin> LoadAsync(IReadOnlyList<LoadedPlugin> dependencies, CancellationToken cancellationToken) => throw new InvalidOperationException();
    }
}
