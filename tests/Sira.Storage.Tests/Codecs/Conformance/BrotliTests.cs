using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Conformance;

namespace Sira.Storage.Tests.Codecs.Conformance;

/// <summary>A memory engine compressed by Brotli is still an engine.</summary>
public static class BrotliTests
{
    private static ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(CodecSetup.Create(ValueCompression.Brotli, ValueEncryption.None));

    public sealed class Values : ValueConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() => BrotliTests.CreateAsync();
    }

    public sealed class Batches : BatchConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() => BrotliTests.CreateAsync();
    }

    public sealed class Scans : ScanConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() => BrotliTests.CreateAsync();
    }

    public sealed class Events : EventLogConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() => BrotliTests.CreateAsync();
    }

    public sealed class Changes : ChangeFeedConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() => BrotliTests.CreateAsync();
    }

    public sealed class Concurrency : ConcurrencyConformance
    {
        protected override ValueTask<IStorageEngine> CreateAsync() => BrotliTests.CreateAsync();
    }

    public sealed class Expiry() : CodecExpiry(ValueCompression.Brotli, ValueEncryption.None);
}
