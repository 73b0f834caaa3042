using System.Text;
using Sira.Storage.Keys;

namespace Sira.Storage.PostgreSql.Connections;

/// <summary>Names as the tables have them, and the order in which rows are locked.</summary>
internal static class KeyBytes
{
    /// <summary>The bytes of a name.</summary>
    public static byte[] Of(string name) => Encoding.UTF8.GetBytes(name);

    /// <summary>The bytes of a tenant; empty for nobody, since no tenant has an empty name.</summary>
    public static byte[] OfTenant(string? tenant) => tenant is null ? [] : Encoding.UTF8.GetBytes(tenant);

    public static string ToName(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    public static string? ToTenant(byte[] bytes) => bytes.Length == 0 ? null : Encoding.UTF8.GetString(bytes);

    /// <summary>Compares keys. Whoever locks several rows does it in this order, so that no two wait for each other.</summary>
    public static int Compare(in StoreKey left, in StoreKey right)
    {
        var order = string.CompareOrdinal(left.Namespace, right.Namespace);
        order = order != 0 ? order : NameOrder.Instance.Compare(left.Tenant, right.Tenant);
        return order != 0 ? order : NameOrder.Instance.Compare(left.Name, right.Name);
    }

    /// <summary>The range of names that a scan covers: from the first, below the second.</summary>
    public static (byte[] From, byte[] Below) Range(in StoreScan scan)
    {
        var prefix = Of(scan.Prefix);

        // No text in UTF-8 has a byte of 0xFF, so neither bound can overflow.
        byte[] below = prefix.Length == 0 ? [0xFF] : [.. prefix[..^1], (byte)(prefix[^1] + 1)];

        // The least name behind another is that one with a zero byte.
        return scan.After is { } after && NameOrder.Instance.Compare(after, scan.Prefix) >= 0 ? ([.. Of(after), 0], below) : (prefix, below);
    }
}
