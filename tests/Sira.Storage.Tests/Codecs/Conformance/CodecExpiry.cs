using Sira.Simulation.Time;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Conformance;

namespace Sira.Storage.Tests.Codecs.Conformance;

/// <summary>Expiry on a clock of its own.</summary>
public abstract class CodecExpiry(ValueCompression compression, ValueEncryption encryption) : ExpiryConformance
{
    private readonly VirtualTimeProvider time = new();

    protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(CodecSetup.Create(compression, encryption, time: time));

    protected override Task PassAsync(TimeSpan time)
    {
        this.time.Advance(time);
        return Task.CompletedTask;
    }
}
