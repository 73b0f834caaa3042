using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sira.Storage.Keys;

namespace Sira.Storage.Messaging;

/// <summary>How things are called in the journal's namespace.</summary>
/// <remarks>
/// <c>log</c> is the stream of messages. The values are <c>epochs</c> and <c>letters</c> (the last number of each), <c>group/{group}</c>, <c>row/{group}/{position}</c>, <c>kept/{group}/{position}</c> (the message of a row whose place in the log was trimmed), <c>letter/{id}</c> and <c>dead/{group}/{position}</c> (the id of the dead letter of a message). Numbers have 16 hexadecimal digits, so that they stand in their order.
/// </remarks>
internal sealed class JournalKeys(string @namespace)
{
    public const string GroupPrefix = "group/";
    public const string LetterPrefix = "letter/";

    private const int LongestPlain = 200;
    private const int Digits = 16;

    public StorePartition Partition { get; } = new(@namespace);

    public StoreKey Log => Partition.Key("log");

    public StoreKey Epochs => Partition.Key("epochs");

    public StoreKey Letters => Partition.Key("letters");

    public StoreKey Group(string name) => Partition.Key(GroupPrefix + name);

    public StoreKey Row(string group, long position) => Partition.Key(RowPrefix(group) + Text(position));

    public StoreKey Kept(string group, long position) => Partition.Key(KeptPrefix(group) + Text(position));

    public StoreKey Letter(long id) => Partition.Key(LetterPrefix + Text(id));

    public StoreKey Dead(string group, long position) => Partition.Key(DeadPrefix(group) + Text(position));

    public static string RowPrefix(string group) => $"row/{Escape(group)}/";

    public static string KeptPrefix(string group) => $"kept/{Escape(group)}/";

    public static string DeadPrefix(string group) => $"dead/{Escape(group)}/";

    public static string Text(long number) => number.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The number at the end of a name.</summary>
    public static long NumberOf(string name) => long.Parse(name.AsSpan(name.Length - Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    // A group's name may hold slashes, and have 256 characters of 4 bytes: neither may make its keys those of another, nor too long.
    private static string Escape(string group)
    {
        var isPlain = group.Length <= LongestPlain && !group.AsSpan().ContainsAny('/', '%') && Ascii.IsValid(group);
        return isPlain ? group : "%" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(group)));
    }
}
