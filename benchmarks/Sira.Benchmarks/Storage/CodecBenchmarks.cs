using System.IO.Compression;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Sira.Kernel.Sealing;
using Sira.Storage;
using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Keys;

namespace Sira.Benchmarks.Storage;

/// <summary>What a codec adds to writing and reading 1 KiB, beside the bare cipher, the bare compression and the bare engine.</summary>
public class CodecBenchmarks : IDisposable
{
    private static readonly StoreKey Key = new("sessions", "0123456789/head", "tenant");

    private readonly byte[] noise = new byte[1024];
    private readonly byte[] text = System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 40).Select(static number => $"message {number * 7919} of somebody ")))[..1024];
    private readonly byte[] buffer = new byte[4096];
    private readonly byte[] nonce = new byte[12];
    private readonly byte[] tag = new byte[16];
    private readonly byte[] cipher = new byte[1024];
    private readonly byte[] cipherTag = new byte[16];
    private readonly AesGcm aes = new(new byte[32], 16);
    private readonly KeyRing ring = new(SealingKey.CreateEphemeral("benchmark"));
    private readonly MemoryEngine memory = new();
    private readonly CodecEngine checksum;
    private readonly CodecEngine encrypted;
    private readonly CodecEngine brotli;
    private readonly CodecEngine zstd;
    private readonly CodecEngine both;
    private readonly byte[] packed;

    public CodecBenchmarks()
    {
        RandomNumberGenerator.Fill(noise);
        checksum = Codec(ValueCompression.None, ValueEncryption.None);
        encrypted = Codec(ValueCompression.None, ValueEncryption.AesGcm);
        brotli = Codec(ValueCompression.Brotli, ValueEncryption.None);
        zstd = Codec(ValueCompression.Zstd, ValueEncryption.None);
        both = Codec(ValueCompression.Zstd, ValueEncryption.AesGcm);
        Put(memory, noise);
        Put(checksum, noise);
        Put(encrypted, noise);
        Put(brotli, text);
        Put(zstd, text);
        Put(both, text);
        BrotliEncoder.TryCompress(text, buffer, out var length, 1, 11);
        packed = buffer[..length];
        aes.Encrypt(nonce, noise, cipher, cipherTag);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        aes.Dispose();
        foreach (var engine in (IStorageEngine[])[memory, checksum, encrypted, brotli, zstd, both])
        {
            engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    [Benchmark(Baseline = true)]
    public void RawAesGcm_Encrypt() => aes.Encrypt(nonce, noise, buffer.AsSpan(0, 1024), tag);

    [Benchmark]
    public void RawAesGcm_Decrypt() => aes.Decrypt(nonce, cipher, cipherTag, buffer.AsSpan(0, 1024));

    [Benchmark]
    public void RawBrotli_Compress() => BrotliEncoder.TryCompress(text, buffer.AsSpan(2048), out _, 1, 11);

    [Benchmark]
    public void RawBrotli_Decompress() => BrotliDecoder.TryDecompress(packed, buffer.AsSpan(2048), out _);

    [Benchmark]
    public void Memory_Put() => Put(memory, noise);

    [Benchmark]
    public void Checksum_Put() => Put(checksum, noise);

    [Benchmark]
    public void Encrypted_Put() => Put(encrypted, noise);

    [Benchmark]
    public void Brotli_Put() => Put(brotli, text);

    [Benchmark]
    public void Zstd_Put() => Put(zstd, text);

    [Benchmark]
    public void ZstdEncrypted_Put() => Put(both, text);

    [Benchmark]
    public int Memory_Get() => Get(memory);

    [Benchmark]
    public int Checksum_Get() => Get(checksum);

    [Benchmark]
    public int Encrypted_Get() => Get(encrypted);

    [Benchmark]
    public int Brotli_Get() => Get(brotli);

    [Benchmark]
    public int Zstd_Get() => Get(zstd);

    [Benchmark]
    public int ZstdEncrypted_Get() => Get(both);

    private CodecEngine Codec(ValueCompression compression, ValueEncryption encryption) => new(new MemoryEngine(), new() { Compression = compression, Encryption = encryption }, ring);

    // The memory engine and the codecs over it answer at once.
    private static void Put(IStorageEngine engine, byte[] value)
    {
        var writing = engine.Store.PutAsync(Key, value);
        if (!writing.IsCompletedSuccessfully)
        {
            writing.AsTask().GetAwaiter().GetResult();
        }
    }

    private static int Get(IStorageEngine engine)
    {
        var reading = engine.Store.GetAsync(Key);
        return (reading.IsCompletedSuccessfully ? reading.Result : reading.AsTask().GetAwaiter().GetResult())!.Value.Value.Length;
    }
}
