using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Balancing;
using Sira.Kernel.Builder;
using Sira.Kernel.Errors;

namespace Sira.Kernel.Tests.Balancing;

public class LoadBalancerRegistryTests
{
    [Fact]
    public void Get_NameInAnotherCase_IsFound()
    {
        var registry = new LoadBalancerRegistry(LoadBalancers.CreateDefaults());

        Assert.Equal("p2c", registry.Get("P2C").Name);
        Assert.Equal(7, registry.Names.Count);
    }

    [Fact]
    public void Get_UnknownName_ListsTheKnownAndTheNearest()
    {
        var registry = new LoadBalancerRegistry(LoadBalancers.CreateDefaults());

        var error = Assert.Throws<SiraException>(() => registry.Get("round-robbin"));

        Assert.Contains("'round-robbin'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'round-robin'?", error.Message, StringComparison.Ordinal);
        Assert.All(registry.Names, name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
        Assert.False(registry.TryGet("round-robbin", out _));
    }

    [Fact]
    public void Constructor_SameNameTwice_NamesBothTypes()
    {
        var error = Assert.Throws<SiraException>(() => new LoadBalancerRegistry([.. LoadBalancers.CreateDefaults(), new FirstBalancer("P2C")]));

        Assert.Contains("PowerOfTwoChoicesBalancer", error.Message, StringComparison.Ordinal);
        Assert.Contains("FirstBalancer", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void Constructor_BlankName_Throws(string name) =>
        Assert.Throws<SiraException>(() => new LoadBalancerRegistry([new FirstBalancer(name)]));

    [Fact]
    public void AddBalancer_TypeTwice_IsThereOnce()
    {
        var builder = new Builder();

        builder.AddBalancer<FirstBalancer>().AddBalancer<FirstBalancer>();

        using var provider = builder.Services.AddSiraKernel().BuildServiceProvider();
        Assert.Equal("first", provider.GetRequiredService<LoadBalancerRegistry>().Get("first").Name);
        Assert.Equal(8, provider.GetRequiredService<LoadBalancerRegistry>().Names.Count);
    }

    [Fact]
    public void AddBalancer_InstancesOfOneTypeUnderTwoNames_AreBothThere()
    {
        var builder = new Builder();

        builder.AddBalancer(new FirstBalancer("one")).AddBalancer(new FirstBalancer("two")).AddBalancer(new FirstBalancer("ONE"));

        using var provider = builder.Services.AddSiraKernel().BuildServiceProvider();
        var registry = provider.GetRequiredService<LoadBalancerRegistry>();
        Assert.True(registry.TryGet("one", out _));
        Assert.True(registry.TryGet("two", out _));
        Assert.Equal(9, registry.Names.Count);
    }

    private sealed class Builder : ISiraBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();
    }
}
