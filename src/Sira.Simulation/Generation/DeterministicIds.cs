using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sira.Simulation.Generation;

/// <summary>Identifiers that depend on nothing but the seed and the request, so that equal requests get equal answers to the last byte.</summary>
internal sealed class DeterministicIds
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private readonly byte[] root;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="seed">The provider's seed.</param>
    /// <param name="path">The request's path.</param>
    /// <param name="body">The request's body.</param>
    public DeterministicIds(int seed, string path, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, seed);
        hash.AppendData(number);
        hash.AppendData(Encoding.UTF8.GetBytes(path));
        hash.AppendData(body);
        root = hash.GetHashAndReset();
    }

    /// <summary>Returns letters and digits.</summary>
    /// <param name="purpose">What they are for; equal purposes give equal letters.</param>
    /// <param name="length">How many.</param>
    /// <returns>The text.</returns>
    public string Letters(string purpose, int length) =>
        string.Create(length, Bytes(purpose, length), static (span, bytes) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = Alphabet[bytes[i] % Alphabet.Length];
            }
        });

    /// <summary>Returns lower-case hexadecimal digits.</summary>
    /// <param name="purpose">What they are for.</param>
    /// <param name="length">How many; even.</param>
    /// <returns>The text.</returns>
    public string Hex(string purpose, int length) => Convert.ToHexStringLower(Bytes(purpose, length / 2));

    /// <summary>Returns bytes in Base64, as opaque values such as signatures are sent.</summary>
    /// <param name="purpose">What they are for.</param>
    /// <param name="length">How many bytes.</param>
    /// <returns>The text.</returns>
    public string Opaque(string purpose, int length) => Convert.ToBase64String(Bytes(purpose, length));

    private byte[] Bytes(string purpose, int length) => HKDF.Expand(HashAlgorithmName.SHA256, root, length, Encoding.UTF8.GetBytes(purpose));
}
