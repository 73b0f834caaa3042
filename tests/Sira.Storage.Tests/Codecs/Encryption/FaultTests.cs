using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;

namespace Sira.Storage.Tests.Codecs.Encryption;

/// <summary>Engines that fail, or callers that leave, while a key is made.</summary>
public sealed class FaultTests
{
    private static readonly CodecOptions Encrypted = CodecSetup.Options(ValueCompression.Brotli, ValueEncryption.AesGcm);
    private static readonly StoreKey Key = new("notes", "a", "tenant");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task WriteFails_AtAnyOfItsSteps_NothingIsLost_AndTheNextIsMade(int step)
    {
        foreach (var isAfter in (bool[])[false, true])
        {
            await using var memory = new MemoryEngine();
            var inner = new WatchedEngine(memory);
            await using var engine = CodecSetup.Create(Encrypted, inner);
            var calls = 0;
            Func<StoreKey, ValueTask> fail = key => calls++ == step ? throw new StorageException(StorageErrorKind.Unavailable, "memory", "Gone.") { IsUncertain = true } : ValueTask.CompletedTask;
            (inner.Writing, inner.Wrote) = isAfter ? (inner.Writing, fail) : (fail, inner.Wrote);

            // Proof of the key-encryption key, data key, value.
            Assert.Equal(StorageErrorKind.Unavailable, (await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Key, Texts.Compressible(100)))).Kind);
            Assert.Equal(step == 2 && isAfter, await memory.Store.GetAsync(Key) is not null);
            await engine.Store.PutAsync(Key with { Name = "b" }, Texts.Compressible(200));

            Assert.Equal(Texts.Compressible(200), (await engine.Store.GetAsync(Key with { Name = "b" }))!.Value.Value.ToArray());
            Assert.Equal(step == 2 && isAfter ? Texts.Compressible(100) : null, (await engine.Store.GetAsync(Key))?.Value.ToArray());
            Assert.Single((await DataKeyTests.RecordAsync(memory, new KeySubject("tenant"))).Keys);
        }
    }

    [Fact]
    public async Task Cancelled_AtEachStep_NothingIsWritten_AndTheNextIsMade()
    {
        for (var step = 0; step < 3; step++)
        {
            await using var memory = new MemoryEngine();
            var inner = new WatchedEngine(memory);
            await using var engine = CodecSetup.Create(Encrypted, inner);
            using var source = new CancellationTokenSource();
            var calls = 0;
            inner.Writing = key =>
            {
                if (calls++ == step)
                {
                    source.Cancel();
                }

                return ValueTask.CompletedTask;
            };

            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await engine.Store.PutAsync(Key, Texts.Compressible(100), default, source.Token));

            Assert.Null(await memory.Store.GetAsync(Key));
            Assert.True((await engine.Store.PutAsync(Key, Texts.Compressible(100))).IsDone);
            Assert.NotNull(await engine.Store.GetAsync(Key));
        }
    }

    [Fact]
    public async Task KeysAreWrittenWithTheMostThatTheEngineCanDo()
    {
        await using var memory = new MemoryEngine();
        var asked = new List<Capabilities.StorageDurability?>();
        await using var engine = CodecSetup.Create(Encrypted, new DurableEngine(memory, asked));

        await engine.Store.PutAsync(Key, Texts.Bytes("1"));

        // Proof and data key survive a power failure though the value, which did not ask for it, need not.
        Assert.Equal([Capabilities.StorageDurability.PowerLoss, Capabilities.StorageDurability.PowerLoss, null], asked);
    }
}
