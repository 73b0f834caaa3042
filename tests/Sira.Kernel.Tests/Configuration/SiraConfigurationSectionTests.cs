using Microsoft.Extensions.Configuration;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Tests.Configuration;

public sealed class SiraConfigurationSectionTests
{
    [Fact]
    public void PathOf_NoSection_IsUnderTheUsualName()
    {
        var section = new SiraConfigurationSection(null);

        Assert.Equal("Sira", section.Path);
        Assert.Equal("Sira:Backends:openai", section.PathOf("Backends", "openai"));
        Assert.Equal("Sira", section.PathOf());
    }

    [Fact]
    public void PathOf_OtherSection_IsUnderIts()
    {
        var section = new SiraConfigurationSection(new ConfigurationBuilder().Build().GetSection("Ai:Gateway"));

        Assert.Equal("Ai:Gateway:Backends:openai:Endpoint", section.PathOf("Backends", "openai", "Endpoint"));
    }
}
