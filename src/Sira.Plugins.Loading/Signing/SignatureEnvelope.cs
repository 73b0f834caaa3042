using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sira.Plugins.Loading.Signing;

/// <summary>The file <c>sira-plugin.sig</c>: the bytes that were signed, as they are, and the signatures over them.</summary>
/// <remarks>A Dead Simple Signing Envelope, version 1.0.2 (secure-systems-lab/dsse): what is signed travels as Base64, so that nothing has to be written the same way twice, and its type is signed with it. Each signature carries its public key, as a host that does not know the key can say then that nobody changed the package since.</remarks>
/// <param name="PayloadType">What the payload is.</param>
/// <param name="Payload">The bytes that were signed.</param>
/// <param name="Signatures">The signatures, each with the key that it claims to be made with.</param>
internal sealed record SignatureEnvelope(string PayloadType, byte[] Payload, IReadOnlyList<(byte[] PublicKey, byte[] Signature)> Signatures)
{
    /// <summary>The file in the package.</summary>
    public const string FileName = "sira-plugin.sig";

    /// <summary>The type of <see cref="SignedContent"/>, with its version.</summary>
    public const string ContentType = "application/vnd.sira.plugin-content.v1+json";

    // A plus sign needs no escape outside HTML, and the type has one.
    private static readonly JsonWriterOptions Written = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonDocumentOptions Read = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <summary>Returns what is really signed: DSSE's pre-authentication encoding of type and payload.</summary>
    public static byte[] Encode(string payloadType, ReadOnlySpan<byte> payload) =>
        [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {Encoding.UTF8.GetByteCount(payloadType)} {payloadType} {payload.Length} ")), .. payload];

    /// <summary>Reads the file.</summary>
    /// <exception cref="JsonException">It is damaged, or hostile.</exception>
    public static SignatureEnvelope Parse(ReadOnlyMemory<byte> file)
    {
        using var document = JsonDocument.Parse(file, Read);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("payloadType", out var type) || type.ValueKind != JsonValueKind.String
            || !root.TryGetProperty("signatures", out var list) || list.ValueKind != JsonValueKind.Array
            || list.GetArrayLength() is 0 or > SignatureLimits.Signatures)
        {
            throw new JsonException("it is no signature");
        }

        return new SignatureEnvelope(type.GetString()!, Bytes(root, "payload"), [.. list.EnumerateArray().Select(static entry => (Bytes(entry, "publicKey"), Bytes(entry, "sig")))]);
    }

    /// <summary>Writes the file.</summary>
    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Written))
        {
            writer.WriteStartObject();
            writer.WriteString("payloadType", PayloadType);
            writer.WriteBase64String("payload", Payload);
            writer.WriteStartArray("signatures");
            foreach (var (publicKey, signature) in Signatures)
            {
                writer.WriteStartObject();
                writer.WriteBase64String("publicKey", publicKey);
                writer.WriteBase64String("sig", signature);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Bytes(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String && member.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : throw new JsonException($"its '{name}' is missing or not Base64");
}
