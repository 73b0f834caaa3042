using System.Security.Cryptography;

namespace Sira.Storage.Codecs.Encryption;

/// <summary>Random nonces. They are drawn in blocks, one for each thread: drawing 12 bytes alone takes longer than encrypting a kibibyte.</summary>
internal static class Nonces
{
    private const int BlockLength = 32 * DataKey.NonceLength;

    [ThreadStatic]
    private static byte[]? block;

    [ThreadStatic]
    private static int left;

    public static void Next(Span<byte> nonce)
    {
        var own = block ??= new byte[BlockLength];
        if (left == 0)
        {
            RandomNumberGenerator.Fill(own);
            left = BlockLength;
        }

        own.AsSpan(BlockLength - left, DataKey.NonceLength).CopyTo(nonce);
        left -= DataKey.NonceLength;
    }
}
