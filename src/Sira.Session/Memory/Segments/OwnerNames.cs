using System.Security.Cryptography;
using System.Text;

namespace Sira.Session.Memory.Segments;

/// <summary>The beginnings of the names under which owners' segments stand. None is the beginning of another's.</summary>
internal static class OwnerNames
{
    // Escaping makes nine characters of one; names may have a kilobyte.
    private const int MaximumLength = 600;

    public static string Prefix(string? user)
    {
        if (user is null)
        {
            return "-/";
        }

        ArgumentException.ThrowIfNullOrEmpty(user);
        var escaped = Uri.EscapeDataString(user);
        return escaped.Length <= MaximumLength ? $"u{escaped}/" : $"h{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(user)))}/";
    }
}
