using System.Globalization;
using System.Text;
using Sira.Storage.Keys;
using Sira.Storage.Redis.Client.Protocol;

namespace Sira.Storage.Redis.Engine;

/// <summary>How keys are written. A namespace has no colon, and a tenant has its length before it: so no two keys are written alike, whatever bytes their names have.</summary>
/// <remarks>
/// <c>{prefix}v:{partition}:{name}</c> is a value; of a partition <c>n:</c> has the names in order, <c>x:</c> when those with a time go, <c>l:</c> the streams in order, <c>w:</c> their versions;
/// <c>s:{partition}:{name}</c> is a stream, <c>g:{namespace}</c> the order of all events, <c>p</c> the partitions, <c>clock</c> the last number given out, <c>c:{database}:{partition}</c> the channel for changes.
/// </remarks>
internal static class RedisKeys
{
    private const string NoTenant = "-";

    /// <summary>The bytes of a partition: <c>sessions:-</c>, or <c>sessions:4:acme</c>.</summary>
    public static byte[] Partition(in StorePartition partition) => Encoding.UTF8.GetBytes(
        partition.Tenant is { } tenant ? string.Create(CultureInfo.InvariantCulture, $"{partition.Namespace}:{Encoding.UTF8.GetByteCount(tenant)}:{tenant}") : $"{partition.Namespace}:{NoTenant}");

    /// <summary>The partition of such bytes.</summary>
    public static StorePartition ToPartition(in RespValue value)
    {
        var parts = value.ToString().Split(':', 3);
        return parts.Length == 3 ? new StorePartition(parts[0], parts[2]) : new StorePartition(parts[0]);
    }

    /// <summary>The key of a value.</summary>
    public static byte[] Value(string prefix, in StoreKey key) =>
        Encoding.UTF8.GetBytes(key.Tenant is { } tenant
            ? string.Create(CultureInfo.InvariantCulture, $"{prefix}v:{key.Namespace}:{Encoding.UTF8.GetByteCount(tenant)}:{tenant}:{key.Name}")
            : $"{prefix}v:{key.Namespace}:{NoTenant}:{key.Name}");

    /// <summary>The bounds in the order of names that a scan has, as ZRANGEBYLEX takes them.</summary>
    public static (byte[] From, byte[] To) Bounds(in StoreScan scan)
    {
        var prefix = Encoding.UTF8.GetBytes(scan.Prefix);
        var after = scan.After is { } name ? Encoding.UTF8.GetBytes(name) : [];
        byte[] from = after.AsSpan().SequenceCompareTo(prefix) >= 0 && after.Length > 0 ? [(byte)'(', .. after]
            : prefix.Length > 0 ? [(byte)'[', .. prefix]
            : [(byte)'-'];
        if (prefix.Length == 0)
        {
            return (from, [(byte)'+']);
        }

        // No byte of UTF-8 is 0xff: the last can always be one more.
        byte[] to = [(byte)'(', .. prefix];
        to[^1]++;
        return (from, to);
    }
}
