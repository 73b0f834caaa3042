using System.Text.Json;
using Sira.Plugins.Loading.Packages;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Loading.Signing;

/// <summary>What the signature of a package proves by itself. Whether its keys are those of a publisher to be trusted, each host decides.</summary>
public sealed record PackageSignature
{
    private PackageSignature(PluginTrust trust, string? reason) => (Trust, Reason) = (trust, reason);

    /// <summary>Gets the level: <see cref="PluginTrust.Modified"/>, <see cref="PluginTrust.Unsigned"/> or <see cref="PluginTrust.Signed"/>.</summary>
    public PluginTrust Trust { get; }

    /// <summary>Gets why, such as the first file that differs; <see langword="null"/> when there is nothing to say.</summary>
    public string? Reason { get; }

    /// <summary>Gets the name that the publisher gives itself; <see langword="null"/> unless the package is signed.</summary>
    public string? Publisher { get; private init; }

    /// <summary>Gets the ids of the keys that signed it, as <see cref="PluginKey.IdOf"/> gives them; none unless the package is signed.</summary>
    public IReadOnlyList<string> KeyIds { get; private init; } = [];

    /// <summary>Reads the signature of a package and compares every file with it.</summary>
    /// <param name="path">The package.</param>
    /// <returns>The signature.</returns>
    /// <exception cref="PluginException">The package cannot be read.</exception>
    public static PackageSignature Read(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Of(path, PluginPackage.Read(path));
    }

    internal static PackageSignature Of(string path, byte[] content)
    {
        using var package = PluginPackage.Open(path, content);
        return Of(package);
    }

    internal static PackageSignature Of(PluginPackage package)
    {
        if (package.LengthOf(SignatureEnvelope.FileName) is not { } length)
        {
            return new PackageSignature(PluginTrust.Unsigned, null);
        }

        try
        {
            return length > SignatureLimits.Bytes
                ? Modified($"it has more than {SignatureLimits.Bytes} bytes")
                : Of(package, SignatureEnvelope.Parse(package.ReadFile(SignatureEnvelope.FileName)));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Modified(exception is JsonException { LineNumber: null } ? exception.Message : "it is not the JSON that is expected");
        }
    }

    private static PackageSignature Of(PluginPackage package, SignatureEnvelope envelope)
    {
        if (envelope.PayloadType != SignatureEnvelope.ContentType)
        {
            return new PackageSignature(PluginTrust.Unsigned, $"Its {SignatureEnvelope.FileName} has a format that this version of Sira does not know, and it knows '{SignatureEnvelope.ContentType}'.");
        }

        var signed = SignatureEnvelope.Encode(envelope.PayloadType, envelope.Payload);
        var keys = new List<string>();
        var unusable = string.Empty;
        foreach (var (content, signature) in envelope.Signatures)
        {
            if (PublicKey.Read(content, out var problem) is not { } key)
            {
                unusable = problem;
            }
            else if (key.Verifies(signed, signature))
            {
                keys.Add(key.Id);
            }
            else
            {
                return Modified($"the signature is not one of the key {key.Id} over what stands there");
            }
        }

        if (keys.Count == 0)
        {
            return new PackageSignature(PluginTrust.Unsigned, $"The key in its {SignatureEnvelope.FileName} {unusable}");
        }

        var said = SignedContent.Parse(envelope.Payload);
        return PackageContent.Compare(package, said.Files) is { } difference
            ? new PackageSignature(PluginTrust.Modified, difference)
            : new PackageSignature(PluginTrust.Signed, null) { Publisher = said.Publisher, KeyIds = keys };
    }

    private static PackageSignature Modified(string problem) => new(PluginTrust.Modified, $"Its {SignatureEnvelope.FileName} was changed or damaged: {problem}.");
}
