using Sira.Kernel.Configuration;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Layers;

namespace Sira.Storage.Tests.Layers;

public sealed class LayerOptionsTests
{
    [Fact]
    public void Constructor_EverythingIsWrong_AllIsSaidAtOnce()
    {
        var options = new LayerOptions
        {
            MaximumBytes = 0,
            MaximumValueBytes = -1,
            MaximumAge = TimeSpan.Zero,
            MaximumAgeWithoutFeed = TimeSpan.FromDays(25),
            MaximumAbsentAge = TimeSpan.FromSeconds(-1),
            FeedRetryDelay = TimeSpan.Zero,
            MaximumPartitions = 0,
            StaleReads = new Dictionary<string, StaleReadOptions> { ["No Namespace"] = new() { MaximumStale = TimeSpan.Zero, SoftTimeout = TimeSpan.Zero } },
        };

        var exception = Assert.Throws<SiraConfigurationException>(() => new LayeredEngine(new MemoryEngine(), options));

        Assert.Equal(10, exception.Errors.Count);
        Assert.All(exception.Errors, static error => Assert.NotEmpty(error.Fix));
    }
}
