using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;

namespace Sira.Storage.RocksDb.Tests.Engine;

public sealed class RocksDbEngineOptionsTests
{
    [Fact]
    public void Constructor_EverythingIsWrong_SaysAllAtOnce()
    {
        var options = new RocksDbEngineOptions { Name = " ", Durability = (StorageDurability)9, Compression = (RocksDbCompression)9, BlockCacheBytes = 1, WriteBufferBytes = -1, MaximumWaitingWrites = 0 };

        var mistakes = Assert.Throws<SiraConfigurationException>(() => new RocksDbEngine(options)).Errors;

        Assert.Equal(["Name", "Path", "Durability", "Compression", "BlockCacheBytes", "WriteBufferBytes", "MaximumWaitingWrites"], mistakes.Select(static mistake => mistake.Path.Split(':')[1]));
    }

    [Fact]
    public async Task Capabilities_AreKnownBeforeItIsOpened_AndSayTheDurabilityThatWasSet()
    {
        await using var engine = new RocksDbEngine(new RocksDbEngineOptions { Path = "/nowhere", Durability = StorageDurability.PowerLoss });

        Assert.Equal((StorageDurability.PowerLoss, StorageDurability.PowerLoss), (engine.Capabilities.DefaultDurability, engine.Capabilities.MaximumDurability));
        Assert.False(engine.Capabilities.Has(StorageFeatures.Shared));
    }
}
