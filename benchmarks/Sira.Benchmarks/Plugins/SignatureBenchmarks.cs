using System.IO.Compression;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Sira.Plugins.Loading.Signing;

namespace Sira.Benchmarks.Plugins;

/// <summary>Reads a small signed package (one assembly of 26 KB, the files that packing adds) and verifies it, beside the cryptography alone that this takes.</summary>
public class SignatureBenchmarks : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".nupkg");
    private readonly byte[] assembly = RandomNumberGenerator.GetBytes(26 * 1024);
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private byte[] publicKey = [];
    private byte[] signature = [];

    [GlobalSetup]
    public void Setup()
    {
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            Add(archive, "sira-plugin.json", """{ "id": "acme", "version": "1.0.0", "kernel": "[0.1,1.0)", "entryAssembly": "acme.dll", "entryType": "Plugin" }"""u8);
            Add(archive, "lib/net10.0/acme.dll", assembly);
            Add(archive, "acme.nuspec", new byte[600]);
            Add(archive, "[Content_Types].xml", new byte[500]);
            Add(archive, "_rels/.rels", new byte[500]);
        }

        using var signer = new PluginSigner(key);
        signer.Sign(path, "Acme");
        publicKey = key.ExportSubjectPublicKeyInfo();
        signature = key.SignData(assembly, HashAlgorithmName.SHA256);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        key.Dispose();
        File.Delete(path);
    }

    /// <summary>The floor: reading the file, hashing it and what is in it, reading the key, verifying once.</summary>
    [Benchmark(Baseline = true)]
    public bool Cryptography()
    {
        var content = File.ReadAllBytes(path);
        SHA256.HashData(content);
        SHA256.HashData(assembly);
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(publicKey, out _);
        return ecdsa.VerifyData(assembly, signature, HashAlgorithmName.SHA256);
    }

    [Benchmark]
    public PackageSignature Sira() => PackageSignature.Read(path);

    private static void Add(ZipArchive archive, string name, ReadOnlySpan<byte> content)
    {
        using var stream = archive.CreateEntry(name).Open();
        stream.Write(content);
    }
}
