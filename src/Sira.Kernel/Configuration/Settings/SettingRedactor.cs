using System.Security.Cryptography;
using System.Text;

namespace Sira.Kernel.Configuration.Settings;

/// <summary>Shows settings without their secrets. In the place of each stands a tag, so that a change of a secret shows without showing either.</summary>
/// <remarks>The tag is an HMAC under a key that is drawn anew in each process and never leaves it: nobody who reads a tag can try values against it.</remarks>
internal sealed class SettingRedactor
{
    private static readonly string[] SecretWords = ["apikey", "secret", "password", "passwd", "passphrase", "credential", "connectionstring", "authorization", "privatekey", "accesskey"];
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);

    /// <summary>Whether a setting may hold a secret, by its key or by its value.</summary>
    public static bool IsSecret(string path, string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return false;
        }

        foreach (var range in path.AsSpan().Split(':'))
        {
            var segment = path.AsSpan(range);
            if (segment.Equals("Headers", StringComparison.OrdinalIgnoreCase) || segment.EndsWith("token", StringComparison.OrdinalIgnoreCase) || Names(segment))
            {
                return true;
            }
        }

        // The name of a route begins with an at sign, which elsewhere ends credentials.
        return SecretText.IsLikely(value.TrimStart().TrimStart('@'));
    }

    /// <summary>Shows a value, or the tag of a secret.</summary>
    public string? Show(string path, string? value) => IsSecret(path, value) ? $"(secret {Tag(value!)})" : value;

    private static bool Names(ReadOnlySpan<char> segment)
    {
        foreach (var word in SecretWords)
        {
            if (segment.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private string Tag(string value) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(value)).AsSpan(0, 4));
}
