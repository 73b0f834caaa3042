using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sira.Backends.Wire;

/// <summary>Makes ids of tool calls acceptable to a provider that did not give them: a conversation may move, and providers refuse ids that are longer than their own or have other characters.</summary>
/// <remarks>An id that fits stays as it is. One that does not is replaced by one made of its digest, so that the call and its result, written apart, still agree, and two ids that differ still do.</remarks>
internal static class CallIds
{
    private const string LettersAndDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    // 62^16 is enough that no conversation meets two alike.
    private const int DigestLength = 16;

    private static readonly SearchValues<char> Letters = SearchValues.Create(LettersAndDigits);

    private static readonly SearchValues<char> Symbols = SearchValues.Create(LettersAndDigits + "_-");

    /// <summary>Returns an id of at most so many characters.</summary>
    public static string Fit(string id, int maximumLength) => id.Length > 0 && id.Length <= maximumLength ? id : "call_" + Digest(id, DigestLength);

    /// <summary>Returns an id of ASCII letters, digits, <c>_</c> and <c>-</c>.</summary>
    public static string FitSymbols(string id) => id.Length > 0 && !id.AsSpan().ContainsAnyExcept(Symbols) ? id : "call_" + Digest(id, DigestLength);

    /// <summary>Returns an id of exactly so many ASCII letters and digits.</summary>
    public static string FitExactly(string id, int length) => id.Length == length && !id.AsSpan().ContainsAnyExcept(Letters) ? id : Digest(id, length);

    /// <summary>Makes an id for a call that came without one.</summary>
    /// <param name="scope">What is the same when the same answer is read again, and is not in another one.</param>
    /// <param name="index">The call's place in the answer.</param>
    public static string Generate(string scope, int index) => "call_" + Digest(string.Create(CultureInfo.InvariantCulture, $"{index}:{scope}"), DigestLength);

    private static string Digest(string id, int length)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), hash);
        Span<char> text = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            text[i] = LettersAndDigits[hash[i] % LettersAndDigits.Length];
        }

        return new string(text);
    }
}
