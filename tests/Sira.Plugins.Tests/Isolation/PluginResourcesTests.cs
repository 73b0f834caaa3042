using Sira.Kernel.Plugins;
using Sira.Kernel.Resources;
using Sira.Plugins.Isolation;

namespace Sira.Plugins.Tests.Isolation;

public class PluginResourcesTests
{
    private readonly ResourcePoolRegistry pools = new(TimeProvider.System);
    private readonly ResourcePool gpu;

    public PluginResourcesTests()
    {
        gpu = pools.GetOrAdd("gpu", ResourcePoolDefinition.Concurrency(2));
        pools.GetOrAdd("secret", ResourcePoolDefinition.Concurrency(2));
    }

    [Fact]
    public void TryReserve_WithinThePool_HoldsAndGivesBack()
    {
        using var resources = Create("gpu");
        Assert.True(resources.TryReserve("gpu", 2, out var reservation, out var refusal));
        Assert.Null(refusal);
        Assert.Equal(2, gpu.Used);
        Assert.False(resources.TryReserve("gpu", 1, out var second, out refusal));
        Assert.Null(second);
        Assert.StartsWith("gpu: ", refusal, StringComparison.Ordinal);
        reservation.Dispose();
        reservation.Dispose();
        Assert.Equal(0, gpu.Used);
    }

    [Fact]
    public void Dispose_WhatIsHeld_IsGivenBackOnce()
    {
        var resources = Create("gpu");
        Assert.True(resources.TryReserve("gpu", 1, out var first, out _));
        Assert.True(resources.TryReserve("gpu", 1, out var second, out _));
        second.Settle(1);
        Assert.Equal(1, gpu.Used);
        resources.Dispose();
        Assert.Equal(0, gpu.Used);
        first.Dispose();
        Assert.Equal(0, gpu.Used);
        Assert.Throws<ObjectDisposedException>(() => resources.TryReserve("gpu", 1, out _, out _));
        Assert.Equal(0, gpu.Used);
    }

    [Fact]
    public void TryReserve_AnotherPool_IsRefused()
    {
        using var resources = Create("gpu", "acme.*");
        Assert.Equal(
            "The plugin 'acme' may not reserve from 'secret'. It is permitted gpu, acme.*; add 'resources: secret' to its manifest, and where it is not trusted also to the host's configuration.",
            Assert.Throws<PluginException>(() => resources.TryReserve("secret", 1, out _, out _)).Message);
    }

    [Fact]
    public void TryReserve_NoSuchPool_NamesThoseItMayUse()
    {
        using var resources = Create("gp*");
        var message = Assert.Throws<PluginException>(() => resources.TryReserve("gpx", 1, out _, out _)).Message;
        Assert.Equal("There is no pool 'gpx' for the plugin 'acme'. Did you mean 'gpu'? Known: gpu.", message);
    }

    private PluginResources Create(params string[] arguments) => new(new PluginGrant("acme", arguments), new ResourceScheduler(), pools);
}
