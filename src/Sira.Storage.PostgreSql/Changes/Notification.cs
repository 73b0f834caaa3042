using System.Globalization;
using Sira.Storage.Changes;
using Sira.Storage.Keys;
using Sira.Storage.PostgreSql.Connections;
using Sira.Storage.Values;

namespace Sira.Storage.PostgreSql.Changes;

/// <summary>Reads what the statements tell of a change, see <see cref="Statements.Fragments.Payload"/>.</summary>
internal static class Notification
{
    public static bool TryRead(string payload, out StoreChange change)
    {
        change = default;
        Span<Range> parts = stackalloc Range[6];
        var text = payload.AsSpan();
        if (text.Split(parts, ' ') != 5 || text[parts[0]].Length != 1 || !long.TryParse(text[parts[1]], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
        {
            return false;
        }

        if (!TryName(text[parts[3]], out var tenant) || !TryName(text[parts[4]], out var name))
        {
            return false;
        }

        var key = new StoreKey(text[parts[2]].ToString(), name, tenant.Length == 0 ? null : tenant);
        switch (text[parts[0]][0])
        {
            case 'P':
                change = new StoreChange(ChangeKind.Put, key, new ETag(number));
                return true;
            case 'D':
                change = new StoreChange(ChangeKind.Delete, key, ETag.None);
                return true;
            case 'A':
                change = new StoreChange(ChangeKind.Append, key, ETag.None);
                return true;
            default:
                return false;
        }
    }

    private static bool TryName(ReadOnlySpan<char> hex, out string name)
    {
        var bytes = new byte[hex.Length / 2];
        var isRead = Convert.FromHexString(hex, bytes, out _, out _) is System.Buffers.OperationStatus.Done;
        name = isRead ? KeyBytes.ToName(bytes) : string.Empty;
        return isRead;
    }
}
