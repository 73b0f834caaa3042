using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Sira.Kernel.Messaging.Envelopes;
using Sira.Kernel.Sealing;

namespace Sira.Benchmarks.Kernel;

/// <summary>What it costs to wrap 1 KiB and to open it again, beside the bare cipher.</summary>
public class EnvelopeBenchmarks : IDisposable
{
    private readonly byte[] content = new byte[1024];
    private readonly byte[] cipher = new byte[1024];
    private readonly byte[] nonce = new byte[12];
    private readonly byte[] tag = new byte[16];
    private readonly AesGcm aes = new(new byte[32], 16);
    private readonly MessageEnvelope encrypted;
    private readonly MessageEnvelope signedToo;

    public EnvelopeBenchmarks()
    {
        // Noise, so that nothing is compressed.
        RandomNumberGenerator.Fill(content);
        var keys = new KeyRing(SealingKey.CreateEphemeral("benchmark"));
        encrypted = new(new() { CompressionThreshold = int.MaxValue, Sealer = new Sealer(keys) });
        signedToo = new(new() { CompressionThreshold = int.MaxValue, Sealer = new Sealer(keys, SealingOptions.Encrypt | SealingOptions.Sign) });
    }

    [GlobalCleanup]
    public void Dispose() => aes.Dispose();

    [Benchmark(Baseline = true)]
    public void RawAesGcm()
    {
        aes.Encrypt(nonce, content, cipher, tag);
        aes.Decrypt(nonce, cipher, tag, content);
    }

    [Benchmark]
    public byte[] Encrypted() => encrypted.Unpack(encrypted.Pack(content, "orders"), "orders");

    [Benchmark]
    public byte[] EncryptedAndSigned() => signedToo.Unpack(signedToo.Pack(content, "orders"), "orders");
}
