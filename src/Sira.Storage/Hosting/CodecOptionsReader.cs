using Sira.Kernel.Configuration;
using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Codecs.KeyRings;

namespace Sira.Storage.Hosting;

/// <summary>Reads <c>Sira:Storage:Codec</c> and <c>Sira:Storage:KeyRing</c> over what code has set.</summary>
internal static class CodecOptionsReader
{
    public static CodecOptions Read(ConfigurationReader reader, CodecOptions code)
    {
        var namespaces = new Dictionary<string, NamespaceCodecOptions>(code.Namespaces, StringComparer.Ordinal);
        foreach (var (name, child) in reader.Children(nameof(code.Namespaces)))
        {
            namespaces[name] = ReadNamespace(child);
        }

        var options = code with
        {
            Compression = reader.TryEnum<ValueCompression>(nameof(code.Compression), out var compression) ? compression : code.Compression,
            CompressionLevel = reader.TryInt32(nameof(code.CompressionLevel), out var level) ? level : code.CompressionLevel,
            MinimumLength = reader.TryInt32(nameof(code.MinimumLength), out var minimum) ? minimum : code.MinimumLength,
            FallBackToBrotli = reader.TryBoolean(nameof(code.FallBackToBrotli), out var fallBack) ? fallBack : code.FallBackToBrotli,
            Encryption = reader.TryEnum<ValueEncryption>(nameof(code.Encryption), out var encryption) ? encryption : code.Encryption,
            ReadPlain = reader.TryBoolean(nameof(code.ReadPlain), out var plain) ? plain : code.ReadPlain,
            Namespaces = namespaces,
        };
        reader.ReportUnknownKeys();
        return options;
    }

    public static KeyRingOptions Read(ConfigurationReader reader, KeyRingOptions? code)
    {
        var keys = (code?.Keys ?? []).ToDictionary(static key => key.Id, StringComparer.Ordinal);
        foreach (var (id, child) in reader.Children(nameof(KeyRingOptions.Keys)))
        {
            keys[id] = new KeyRingEntry
            {
                Id = id,
                Secret = child.TryString(nameof(KeyRingEntry.Secret), out var secret) ? secret : string.Empty,
                ExpiresAt = ReadTime(child, nameof(KeyRingEntry.ExpiresAt)),
            };
            child.ReportUnknownKeys();
        }

        var options = new KeyRingOptions { Current = reader.TryString(nameof(KeyRingOptions.Current), out var current) ? current : code?.Current ?? string.Empty, Keys = [.. keys.Values] };
        reader.ReportUnknownKeys();
        return options;
    }

    private static NamespaceCodecOptions ReadNamespace(ConfigurationReader reader)
    {
        var options = new NamespaceCodecOptions
        {
            Compression = reader.TryEnum<ValueCompression>(nameof(NamespaceCodecOptions.Compression), out var compression) ? compression : null,
            CompressionLevel = reader.TryInt32(nameof(NamespaceCodecOptions.CompressionLevel), out var level) ? level : null,
            MinimumLength = reader.TryInt32(nameof(NamespaceCodecOptions.MinimumLength), out var minimum) ? minimum : null,
            Encryption = reader.TryEnum<ValueEncryption>(nameof(NamespaceCodecOptions.Encryption), out var encryption) ? encryption : null,
        };
        reader.ReportUnknownKeys();
        return options;
    }

    private static DateTimeOffset? ReadTime(ConfigurationReader reader, string key)
    {
        if (!reader.TryString(key, out var text))
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time))
        {
            return time;
        }

        reader.Errors.Add($"{reader.Section.Path}:{key}", $"'{text}' is no time.", "Write it as 2027-01-31T00:00:00Z.");
        return null;
    }
}
