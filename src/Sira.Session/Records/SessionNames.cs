using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sira.Kernel.Time;

namespace Sira.Session.Records;

/// <summary>The names under which everything is stored.</summary>
/// <remarks>
/// What is said is stored under <c>{subject}/…</c>, since the key that it is encrypted with goes by the part before the first <c>/</c>. The rest of a log's name begins with the hash of the session's id,
/// so that its record is found from the log alone. Ids and users are hashed because they may be longer than names may be, and so that a list of names tells nothing.
/// </remarks>
internal static class SessionNames
{
    public const string Records = "id/";
    public const string Users = "user/";
    public const string Removals = "gone/";

    /// <summary>How many letters a random name has that nothing else has: 130 bits.</summary>
    public const int SubjectLength = 26;

    private const int MaximumLength = 1024;
    private const string Letters = "abcdefghijklmnopqrstuvwxyz234567";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The name of a session's record.</summary>
    public static string Record(string id) => Records + Hash(id, "id of a session");

    /// <summary>The name of a user's record.</summary>
    public static string User(string name) => Users + Hash(name, "name of a user");

    /// <summary>The name of a subscription's cursor.</summary>
    public static string Cursor(string name) => "cursor/" + Hash(name, "name of a subscription");

    /// <summary>A name that nobody has, 5 bits for each letter.</summary>
    public static string Random(IRandomSource random, int letters) => string.Create(letters, random, static (span, random) =>
    {
        foreach (ref var letter in span)
        {
            letter = Letters[random.Next(Letters.Length)];
        }
    });

    /// <summary>The name of a new log of a session.</summary>
    public static string NewStream(string subject, string id, IRandomSource random) => $"{subject}/{Hash(id, "id of a session")}.{Random(random, 12)}";

    /// <summary>The subject of a log.</summary>
    public static string SubjectOf(string stream) => stream[..stream.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>The name of the record of the session that a log belongs to.</summary>
    public static string RecordOf(string stream) => string.Concat(Records, stream.AsSpan()[(stream.IndexOf('/', StringComparison.Ordinal) + 1)..stream.LastIndexOf('.')]);

    /// <summary>What the names of all values of a log begin with.</summary>
    public static string Values(string stream) => stream + "/";

    /// <summary>What the names of a log's segments begin with.</summary>
    public static string Segments(string stream) => stream + "/segment/";

    /// <summary>The name of a segment of a log. In the order of the segments.</summary>
    public static string Segment(string stream, long number) => string.Create(CultureInfo.InvariantCulture, $"{stream}/segment/{number:D10}");

    /// <summary>The number of a segment.</summary>
    public static long SegmentOf(string name) => long.TryParse(name.AsSpan(name.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    /// <summary>What the names of the values that tell of a log's forks begin with.</summary>
    public static string Forks(string stream) => stream + "/fork/";

    /// <summary>The name of the value that tells of a fork.</summary>
    public static string Fork(string stream, string fork) => string.Concat(stream, "/fork/", fork.AsSpan(fork.IndexOf('/', StringComparison.Ordinal) + 1));

    /// <summary>What the names of a session's cached values begin with.</summary>
    public static string Caches(string stream) => stream + "/cache/";

    /// <summary>The name of the value that tells that a log is to go.</summary>
    public static string Removal(string stream) => Removals + stream;

    private static string Hash(string text, string what)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] bytes;
        try
        {
            bytes = Utf8.GetBytes(text);
        }
        catch (EncoderFallbackException exception)
        {
            throw new ArgumentException($"The {what} has half of a character at {exception.Index} and is no text. Give it as text, such as in Base64.", nameof(text), exception);
        }

        return bytes.Length is 0 or > MaximumLength
            ? throw new ArgumentException($"The {what} has {bytes.Length} bytes in UTF-8. Use 1 to {MaximumLength}.", nameof(text))
            : Base64Url.EncodeToString(SHA256.HashData(bytes));
    }
}
