using System.Buffers;
using System.Globalization;
using System.Text;
using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Keys;

namespace Sira.Storage.LargeValues;

/// <summary>Where large values are kept: in the namespace <c>sira.large.{namespace}</c>, of the same tenant, under the name that they belong to, a point, and 48 hexadecimal digits of owner and id. So whose they are is seen from the key, for erasing them and for finding what is left over.</summary>
internal static class LargeValueAddress
{
    /// <summary>The namespace of what the main engine notes about itself.</summary>
    public const string OwnNamespace = "sira.large";

    /// <summary>How long a namespace may be whose values can be kept elsewhere.</summary>
    public const int MaximumNamespaceLength = 64 - 11;

    private const string Prefix = OwnNamespace + ".";
    private const string Reserved = "sira.";
    private const int OwnerDigits = 16;
    private const int IdDigits = 32;
    private const int SuffixLength = 1 + OwnerDigits + IdDigits;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Tells whether a namespace holds large values, or notes about them.</summary>
    public static bool IsOwn(string @namespace) => @namespace.StartsWith(Prefix, StringComparison.Ordinal) || @namespace == OwnNamespace;

    /// <summary>Tells whether there is room for more than the key itself.</summary>
    public static bool Fits(in StoreKey key, int maximumNameLength) =>
        key.Namespace.Length <= MaximumNamespaceLength
        && !key.Namespace.StartsWith(Reserved, StringComparison.Ordinal)
        && (key.Name.Length <= (maximumNameLength - SuffixLength) / 3 || Encoding.UTF8.GetByteCount(key.Name) <= maximumNameLength - SuffixLength);

    public static StoreKey Of(in StoreKey key, in ValuePointer pointer) =>
        new(Prefix + key.Namespace, string.Create(CultureInfo.InvariantCulture, $"{key.Name}.{pointer.Owner:x16}{pointer.Id:x32}"), key.Tenant);

    /// <summary>Returns whose large values a namespace holds.</summary>
    public static string? NamespaceOf(string @namespace) => @namespace.StartsWith(Prefix, StringComparison.Ordinal) && @namespace.Length > Prefix.Length ? @namespace[Prefix.Length..] : null;

    /// <summary>Returns what a large value belongs to.</summary>
    public static bool TryParse(string name, out string original, out ulong owner, out UInt128 id)
    {
        (original, owner, id) = (string.Empty, 0, default);
        var at = name.Length - SuffixLength;
        if (at < 1 || name[at] != '.' || name.AsSpan(at + 1).ContainsAnyExcept(Digits))
        {
            return false;
        }

        original = name[..at];
        owner = ulong.Parse(name.AsSpan(at + 1, OwnerDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        id = UInt128.Parse(name.AsSpan(at + 1 + OwnerDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return true;
    }

    /// <summary>Returns how large values are to be encoded: as the namespace that they belong to, with the keys of the same subjects, so that erasing a subject reaches them. What is said of their own namespaces stands.</summary>
    public static CodecOptions Extend(CodecOptions options)
    {
        var namespaces = new Dictionary<string, NamespaceCodecOptions>(options.Namespaces, StringComparer.Ordinal);
        foreach (var (name, own) in options.Namespaces.Where(static pair => pair.Key.Length <= MaximumNamespaceLength))
        {
            namespaces.TryAdd(Prefix + name, own);
        }

        var subjects = options.Subjects.Where(static rule => rule.Namespace.Length <= MaximumNamespaceLength).Select(Extend);
        return options with { Namespaces = namespaces, Subjects = [.. options.Subjects.UnionBy(subjects, static rule => rule.Namespace)] };
    }

    private static SubjectRule Extend(SubjectRule rule) =>
        new(Prefix + rule.Namespace, key => TryParse(key.Name, out var name, out _, out _) ? rule.Select(new StoreKey(rule.Namespace, name, key.Tenant)) : null) { Scope = rule.Scope };
}
