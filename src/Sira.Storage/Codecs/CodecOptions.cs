using System.Globalization;
using Sira.Kernel.Configuration;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Keys;

namespace Sira.Storage.Codecs;

/// <summary>How the values and events of an engine are encoded.</summary>
public sealed record CodecOptions
{
    /// <summary>Gets how they are compressed. One that does not become smaller is stored as it is.</summary>
    /// <value>Default <see cref="ValueCompression.None"/>.</value>
    public ValueCompression Compression { get; init; } = ValueCompression.None;

    /// <summary>Gets how hard: 0 to 11 for Brotli, 1 to 19 for zstd.</summary>
    /// <value>Default <see langword="null"/>: 1, which is meant for values that are written as they come.</value>
    public int? CompressionLevel { get; init; }

    /// <summary>Gets from which length on values are compressed, in bytes.</summary>
    /// <value>Default 128.</value>
    public int MinimumLength { get; init; } = 128;

    /// <summary>Gets whether Brotli is used where zstd is asked for and not installed. Values that zstd has compressed can then not be read.</summary>
    /// <value>Default <see langword="false"/>: opening the engine fails.</value>
    public bool FallBackToBrotli { get; init; }

    /// <summary>Gets how they are encrypted.</summary>
    /// <value>Default <see cref="ValueEncryption.None"/>.</value>
    public ValueEncryption Encryption { get; init; } = ValueEncryption.None;

    /// <summary>Gets the namespaces whose values are encoded differently.</summary>
    public IReadOnlyDictionary<string, NamespaceCodecOptions> Namespaces { get; init; } = new Dictionary<string, NamespaceCodecOptions>(StringComparer.Ordinal);

    /// <summary>Gets the namespaces whose values have subjects of their own, at most one rule for each. The values of the others are their tenant's.</summary>
    public IReadOnlyList<SubjectRule> Subjects { get; init; } = [];

    /// <summary>Gets how data keys are kept.</summary>
    public DataKeyOptions DataKeys { get; init; } = new();

    /// <summary>Gets whether values are read that were written without the codec, or, where a namespace is encrypted, without encryption. For a store that had values before; whoever can write to it can then plant some.</summary>
    /// <value>Default <see langword="false"/>.</value>
    public bool ReadPlain { get; init; }

    /// <summary>Gets where the options stand, for errors that only the engine finds.</summary>
    internal string Path { get; init; } = nameof(CodecOptions);

    /// <summary>Gets what there must be where something is encrypted, as the fix of that error.</summary>
    internal string KeyRingFix { get; init; } = $"Give the codec one, such as by {nameof(KeyRings.KeyRingOptions)}.";

    /// <summary>Collects every mistake.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Check(path, Compression, CompressionLevel, MinimumLength, Encryption, errors);
        foreach (var (name, options) in Namespaces)
        {
            var at = $"{path}:{nameof(Namespaces)}:{name}";
            CheckNamespace(at, name, errors);
            Check(at, options.Compression ?? Compression, options.CompressionLevel ?? CompressionLevel, options.MinimumLength ?? MinimumLength, options.Encryption ?? Encryption, errors);
        }

        var ruled = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Subjects.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}:{nameof(Subjects)}:{i}");
            CheckNamespace(at, Subjects[i].Namespace, errors);
            if (!ruled.Add(Subjects[i].Namespace))
            {
                errors.Add(at, $"there are two rules for '{Subjects[i].Namespace}'.", "Keep one, which knows all its keys.");
            }

            if (string.IsNullOrEmpty(Subjects[i].Scope) || Subjects[i].Scope == CompressionDictionaries.Namespace)
            {
                errors.Add($"{at}:{nameof(SubjectRule.Scope)}", $"'{Subjects[i].Scope}' is no scope.", "Use the name of the namespace, or one that several namespaces share.");
            }
        }

        DataKeys.Validate($"{path}:{nameof(DataKeys)}", errors);
    }

    private static void CheckNamespace(string at, string name, ConfigurationErrors errors)
    {
        if (name is Codecs.Encryption.DataKeys.Namespace or CompressionDictionaries.Namespace)
        {
            errors.Add(at, $"'{name}' is the codec's own.", "Leave it out.");
            return;
        }

        StorageArguments.CheckNamespace(name, at, errors);
    }

    private static void Check(string path, ValueCompression compression, int? level, int minimum, ValueEncryption encryption, ConfigurationErrors errors)
    {
        var (least, most) = compression is ValueCompression.Brotli ? (0, 11) : (1, 19);
        if (!Enum.IsDefined(compression))
        {
            errors.Add($"{path}:{nameof(Compression)}", $"'{compression}' is no compression.", "Use None, Brotli or Zstd.");
        }
        else if (compression is not ValueCompression.None && (level < least || level > most))
        {
            errors.Add($"{path}:{nameof(CompressionLevel)}", string.Create(CultureInfo.InvariantCulture, $"{compression} has no level {level}."), string.Create(CultureInfo.InvariantCulture, $"Use {least} to {most}."));
        }

        if (minimum < 1)
        {
            errors.Add($"{path}:{nameof(MinimumLength)}", string.Create(CultureInfo.InvariantCulture, $"{minimum} is out of range."), "Use 1 or more bytes.");
        }

        if (!Enum.IsDefined(encryption))
        {
            errors.Add($"{path}:{nameof(Encryption)}", $"'{encryption}' is no encryption.", "Use None or AesGcm.");
        }
    }
}
