using Sira.Errors;
using Sira.Kernel.Configuration;
using Sira.Kernel.Configuration.Versions;
using Sira.Plugins.Hosting;
using Sira.Plugins.Loading.Tests.Support;
using Sira.Plugins.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace Sira.Plugins.Loading.Tests.Signing;

public class SignedPluginTests
{
    private static readonly byte[] Package = TestPackage.Create("acme", "1.0.0", PluginSources.Backend("acme", "one"));

    [Fact]
    public async Task Trusted_ByCode_Runs()
    {
        await using var host = Host(PluginTrust.Trusted, trustInCode: true);
        host.Drop("acme.nupkg", TestPublisher.Acme.Sign(Package));
        Assert.Equal("one", await host.AskAsync("acme/default"));
        Assert.Equal(PluginTrust.Trusted, host.Plugins.Plugins.Single().Trust);
    }

    [Fact]
    public async Task Unsigned_WhereTrustIsNeeded_IsNotLoadedAndSaysWhy()
    {
        await using var host = Host(PluginTrust.Trusted, trustInCode: true);
        host.Drop("acme.nupkg", Package);
        var reason = await RefusedAsync(host);
        Assert.Equal($"acme 1.0.0 from {Path.Combine(host.Folder, "acme.nupkg")} is unsigned, and Sira:Plugins:MinimumTrust is Trusted. Have it signed by a publisher that the host trusts, or lower MinimumTrust.", reason);
    }

    [Fact]
    public async Task Trusted_BesideAnUnsignedOneThatClaimsTheSameVersion_IsTaken()
    {
        await using var host = Host(PluginTrust.Unsigned, trustInCode: true);
        host.Drop("a.nupkg", TestPackage.Create("acme", "1.0.0", PluginSources.Backend("acme", "evil")));
        host.Drop("b.nupkg", TestPublisher.Acme.Sign(Package));

        Assert.Equal("one", await host.AskAsync("acme/default"));

        var problem = Assert.Single((await host.Plugins.RefreshAsync()).Problems);
        Assert.Contains("a.nupkg: claims to be acme 1.0.0", problem, StringComparison.Ordinal);
        Assert.Contains("The other one is taken, as it is trusted.", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignedByAStranger_WhereTrustIsNeeded_IsNotLoadedAndSaysWhose()
    {
        await using var host = Host(PluginTrust.Trusted, trustInCode: true);
        host.Drop("acme.nupkg", TestPublisher.Other.Sign(Package));
        Assert.Contains($"is signed, and Sira:Plugins:MinimumTrust is Trusted. It is signed with the key {TestPublisher.Other.KeyId}", await RefusedAsync(host), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Modified_WhateverTheMinimum_IsNeverLoadedAndSaysWhichFile()
    {
        await using var host = Host(PluginTrust.Unsigned, trustInCode: true);
        host.Drop("acme.nupkg", TestPublisher.Tamper(TestPublisher.Acme.Sign(Package), static files => files["lib/net10.0/acme.dll"] = PluginCode.Compile("acme", PluginSources.Backend("acme", "evil"))));
        var reason = await RefusedAsync(host);
        Assert.Equal($"acme 1.0.0 from {Path.Combine(host.Folder, "acme.nupkg")} differs from what was signed and is never loaded. The file 'lib/net10.0/acme.dll' differs from what was signed. Get it anew from its publisher.", reason);
        Assert.Equal((PluginState.Discovered, PluginTrust.Modified), (host.Plugins.Plugins.Single().State, host.Plugins.Plugins.Single().Trust));
    }

    [Fact]
    public async Task Modified_NewerVersion_LeavesTheOlderRunning()
    {
        await using var host = Host(PluginTrust.Trusted, trustInCode: true);
        host.Drop("acme.1.nupkg", TestPublisher.Acme.Sign(Package));
        Assert.Equal("one", await host.AskAsync("acme/default"));
        var newer = TestPublisher.Acme.Sign(TestPackage.Create("acme", "2.0.0", PluginSources.Backend("acme", "two")));
        host.Drop("acme.2.nupkg", TestPublisher.Tamper(newer, static files => files.Add("lib/net10.0/evil.dll", [1])));
        var refresh = await host.Plugins.RefreshAsync();
        Assert.Contains("The file 'lib/net10.0/evil.dll' was added.", refresh.Problems.Single(), StringComparison.Ordinal);
        Assert.Equal("one", await host.AskAsync("acme/default"));
    }

    [Fact]
    public async Task KeyRevoked_WhileItRuns_TakesThePluginAway()
    {
        await using var host = Host(PluginTrust.Trusted, trustInCode: false, new() { ["Sira:Plugins:Publishers:Acme:PublicKey"] = TestPublisher.Acme.PublicKey });
        host.Drop("acme.nupkg", TestPublisher.Acme.Sign(Package));
        Assert.Equal("one", await host.AskAsync("acme/default"));

        host.Configuration["Sira:Plugins:Publishers:Acme:RevokedKeys"] = TestPublisher.Acme.KeyId;
        await host.Services.GetRequiredService<SiraConfiguration>().ReloadAsync();
        var refresh = await host.Plugins.RefreshAsync();
        Assert.Equal(["acme 1.0.0"], refresh.Stopped);
        Assert.Contains($"is unsigned, and Sira:Plugins:MinimumTrust is Trusted. The key {TestPublisher.Acme.KeyId} that signed it is revoked.", refresh.Problems.Single(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<RequestFailedException>(() => host.AskAsync("acme/default"));
        Assert.Equal("own", await host.AskAsync("own/default"));
    }

    [Fact]
    public async Task Publishers_Mistake_StopsTheStart()
    {
        await using var host = Host(PluginTrust.Trusted, trustInCode: false, new() { ["Sira:Plugins:Publishers:Acme:PublicKey"] = "nonsense" });
        var exception = Assert.Throws<SiraConfigurationException>(() => host.Chat.GetService(typeof(object)) ?? host.Sira);
        Assert.Contains("Sira:Plugins:Publishers:Acme:PublicKey: is not a public key.", exception.Message, StringComparison.Ordinal);
    }

    private static PluginHostFixture Host(PluginTrust minimum, bool trustInCode, Dictionary<string, string?>? settings = null) => new(
        sira =>
        {
            sira.ConfigurePlugins(options => options.MinimumTrust = minimum);
            if (trustInCode)
            {
                sira.TrustPublisher("Acme", TestPublisher.Acme.PublicKey);
            }
        },
        settings);

    private static async Task<string> RefusedAsync(PluginHostFixture host)
    {
        Assert.Equal("own", await host.AskAsync("own/default"));
        await Assert.ThrowsAsync<RequestFailedException>(() => host.AskAsync("acme/default"));
        var reason = host.Plugins.Plugins.Single().Reason!;
        Assert.Equal([reason], (await host.Plugins.RefreshAsync()).Problems);
        return reason;
    }
}
