using Sira.Kernel.Sealing;
using Sira.Kernel.Time;
using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Engines.Memory;

namespace Sira.Storage.Tests.Codecs;

/// <summary>The configurations that the tests go through, and codecs over a memory engine.</summary>
internal static class CodecSetup
{
    /// <summary>A key that is the same in all tests and all runs, so that stored samples can be read.</summary>
    public static SealingKey Key(string id, byte fill) => new(id, Enumerable.Repeat(fill, 32).ToArray());

    public static KeyRing Ring() => new(Key("2026-11", 1));

    public static CodecOptions Options(ValueCompression compression, ValueEncryption encryption) =>
        new() { Compression = compression, Encryption = encryption, MinimumLength = 16 };

    public static CodecEngine Create(ValueCompression compression, ValueEncryption encryption, IStorageEngine? inner = null, TimeProvider? time = null) =>
        Create(Options(compression, encryption), inner, time: time);

    public static CodecEngine Create(CodecOptions options, IStorageEngine? inner = null, IKeyRing? ring = null, TimeProvider? time = null, IRandomSource? random = null)
    {
        if (options.Compression is ValueCompression.Zstd)
        {
            NeedsZstd();
        }

        return new CodecEngine(inner ?? new MemoryEngine(time: time), options, ring ?? Ring(), time, random ?? new SeededRandomSource(1));
    }

    public static void NeedsZstd() => Assert.SkipUnless(ZstdLibrary.Installed is not null, "libzstd is not installed.");

    public static TheoryData<ValueCompression, ValueEncryption> All()
    {
        var all = new TheoryData<ValueCompression, ValueEncryption>();
        foreach (var compression in Enum.GetValues<ValueCompression>())
        {
            foreach (var encryption in Enum.GetValues<ValueEncryption>())
            {
                all.Add(compression, encryption);
            }
        }

        return all;
    }
}
