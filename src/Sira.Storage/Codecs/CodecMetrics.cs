using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Errors;

namespace Sira.Storage.Codecs;

/// <summary>What codecs measure.</summary>
internal static class CodecMetrics
{
    private static readonly Counter<long> Values = SiraDiagnostics.Meter.CreateCounter<long>("sira.storage.codec.values", "{value}", "Values and events that were encoded, by how.");

    private static readonly Counter<long> Plain = SiraDiagnostics.Meter.CreateCounter<long>("sira.storage.codec.plain", "By", "Bytes before encoding.");

    private static readonly Counter<long> Stored = SiraDiagnostics.Meter.CreateCounter<long>("sira.storage.codec.stored", "By", "Bytes after encoding.");

    private static readonly Counter<long> Failures = SiraDiagnostics.Meter.CreateCounter<long>("sira.storage.codec.failures", "{value}", "Values, events and data keys that could not be decoded, by the kind of the error.");

    private static readonly Counter<long> KeyReads = SiraDiagnostics.Meter.CreateCounter<long>("sira.storage.codec.key_reads", "{read}", "Readings of data keys that were not in memory.");

    private static readonly string[] Compressions = ["none", "brotli", "zstd"];
    private static readonly string[] Encryptions = ["none", "aes-256-gcm"];

    public static void Encoded(string engine, ValueCompression compression, ValueEncryption encryption, int before, int after)
    {
        if (Values.Enabled || Plain.Enabled || Stored.Enabled)
        {
            var (first, second, third) = (Engine(engine), new KeyValuePair<string, object?>("sira.storage.compression", Compressions[(int)compression]), new KeyValuePair<string, object?>("sira.storage.encryption", Encryptions[(int)encryption]));
            Values.Add(1, first, second, third);
            Plain.Add(before, first, second, third);
            Stored.Add(after, first, second, third);
        }
    }

    public static void Failed(string engine, StorageErrorKind kind) => Failures.Add(1, Engine(engine), new KeyValuePair<string, object?>("error.type", kind.ToString()));

    public static void KeyRead(string engine) => KeyReads.Add(1, Engine(engine));

    private static KeyValuePair<string, object?> Engine(string engine) => new("sira.storage.engine", engine);
}
