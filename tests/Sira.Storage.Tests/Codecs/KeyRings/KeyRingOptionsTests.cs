using Sira.Kernel.Configuration;
using Sira.Kernel.Sealing;
using Sira.Simulation.Time;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Codecs.KeyRings;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;

namespace Sira.Storage.Tests.Codecs.KeyRings;

public sealed class KeyRingOptionsTests
{
    private static readonly string Secret = Convert.ToBase64String(Texts.Noise(32));

    [Fact]
    public void Validate_NamesAllMistakes_AndNoSecret()
    {
        var shortSecret = Convert.ToBase64String(Texts.Noise(31));
        var options = new KeyRingOptions
        {
            Current = "2026-12",
            Keys =
            [
                new() { Id = "2026-11", Secret = Secret },
                new() { Id = "2026-11", Secret = Secret },
                new() { Id = "with space", Secret = shortSecret },
                new() { Id = "", Secret = "no base 64!" },
                new() { Id = "empty", Secret = "" },
            ],
        };

        var error = Assert.Throws<SiraConfigurationException>(() => options.CreateKeyRing());

        Assert.Equal(
            ["KeyRingOptions:Keys:1:Id", "KeyRingOptions:Keys:with space:Id", "KeyRingOptions:Keys:with space:Secret", "KeyRingOptions:Keys:3:Id", "KeyRingOptions:Keys:3:Secret", "KeyRingOptions:Keys:empty:Secret", "KeyRingOptions:Current"],
            error.Errors.Select(static one => one.Path));
        Assert.DoesNotContain(shortSecret, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("no base 64!", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, $"{options} {options.Keys[0]}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExpiredKey_NeitherWrapsNorUnwraps_AndTheErrorSaysWhatToDo()
    {
        var time = new VirtualTimeProvider();
        await using var inner = new MemoryEngine(time: time);
        var ring = Ring("old", time, time.GetUtcNow().AddDays(1));
        var key = new StoreKey("notes", "a", "tenant");
        var options = CodecSetup.Options(ValueCompression.None, ValueEncryption.AesGcm);
        await using var engine = CodecSetup.Create(options, new Undisposed(inner), ring, time);
        await engine.Store.PutAsync(key, Texts.Bytes("1"));

        time.Advance(TimeSpan.FromDays(1));

        await using var later = CodecSetup.Create(options, new Undisposed(inner), ring, time);
        foreach (var call in (Func<Task>[])[async () => await later.OpenAsync(), async () => await later.Store.PutAsync(key with { Tenant = "new" }, Texts.Bytes("1")), async () => await later.Store.GetAsync(key), async () => await engine.Store.GetAsync(key)])
        {
            var error = await Assert.ThrowsAsync<StorageException>(call);
            Assert.Equal(StorageErrorKind.KeyUnknown, error.Kind);
            Assert.Contains("'old' has expired at", error.Message, StringComparison.Ordinal);
        }

        // As the error says: another one current, the old one's end put off, wrapped anew, and then the old one may go.
        await using var rotating = CodecSetup.Create(options, new Undisposed(inner), Ring("new", time, time.GetUtcNow().AddDays(1)), time);
        Assert.Equal(new KeyRotationReport("new", 1, 1, 0), await rotating.Keys!.RotateAsync());
        await using var after = CodecSetup.Create(options, new Undisposed(inner), Ring("new", time, time.GetUtcNow()), time);
        Assert.Equal("1", Texts.Text((await after.Store.GetAsync(key))!.Value.Value));
    }

    private static IKeyRing Ring(string current, TimeProvider time, DateTimeOffset oldExpires) => new KeyRingOptions
    {
        Current = current,
        Keys = [new() { Id = "old", Secret = Secret, ExpiresAt = oldExpires }, new() { Id = "new", Secret = Convert.ToBase64String(Texts.Noise(32, seed: 5)) }],
    }.CreateKeyRing(time);
}
