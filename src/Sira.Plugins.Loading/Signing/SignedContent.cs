using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sira.Plugins.Loading.Packages;

namespace Sira.Plugins.Loading.Signing;

/// <summary>What a signature says: who the publisher claims to be, and the SHA-256 of each file of the package.</summary>
/// <param name="Publisher">The name that the publisher gives itself. Only a key that the host knows proves who it was.</param>
/// <param name="Files">The hashes by the names of the files, in lower-case hexadecimal digits.</param>
internal sealed record SignedContent(string Publisher, IReadOnlyDictionary<string, string> Files)
{
    private static readonly JsonWriterOptions Written = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Two readers that disagree about which of two equal members counts would see two contents under one signature.
    private static readonly JsonDocumentOptions Read = new() { MaxDepth = 3, AllowDuplicateProperties = false };

    /// <summary>Writes the bytes that are signed.</summary>
    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Written))
        {
            writer.WriteStartObject();
            writer.WriteString("publisher", Publisher);
            writer.WriteStartObject("sha256");
            foreach (var (file, hash) in Files.OrderBy(static file => file.Key, StringComparer.Ordinal))
            {
                writer.WriteString(file, hash);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads the bytes that were signed.</summary>
    /// <exception cref="JsonException">They are not what <see cref="ToBytes"/> writes.</exception>
    public static SignedContent Parse(ReadOnlyMemory<byte> content)
    {
        using var document = JsonDocument.Parse(content, Read);
        string? publisher = null;
        Dictionary<string, string>? files = null;
        foreach (var member in ObjectOf(document.RootElement))
        {
            switch (member.Name)
            {
                case "publisher":
                    publisher = TextOf(member.Value);
                    break;
                case "sha256":
                    files = FilesOf(member.Value);
                    break;
                default:
                    throw new JsonException("a member of it is unknown");
            }
        }

        return IsPublisher(publisher) && files is not null ? new SignedContent(publisher!, files) : throw new JsonException("a member of it is missing or no name");
    }

    /// <summary>Returns whether a text can be a publisher's name.</summary>
    public static bool IsPublisher(string? name) =>
        name is { Length: > 0 and <= SignatureLimits.Publisher } && name.Trim().Length == name.Length && !name.Any(IsInvisible);

    // Marks that turn the direction of writing let one name look like another in a log.
    private static bool IsInvisible(char character) =>
        char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static Dictionary<string, string> FilesOf(JsonElement element)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in ObjectOf(element))
        {
            if (files.Count == PackageLimits.Files || file.Name.Length > PackageLimits.Name || TextOf(file.Value) is not { } hash || !PluginKey.IsId(hash))
            {
                throw new JsonException("its list of files cannot be read");
            }

            files.Add(file.Name, hash);
        }

        return files;
    }

    private static JsonElement.ObjectEnumerator ObjectOf(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : throw new JsonException("an object is expected in it");

    private static string? TextOf(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;
}
