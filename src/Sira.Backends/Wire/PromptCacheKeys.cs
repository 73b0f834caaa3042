using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;
using Sira.Requests;

namespace Sira.Backends.Wire;

/// <summary>Reads the key under which a provider shall keep the beginning of a prompt, in a form that every provider takes.</summary>
internal static class PromptCacheKeys
{
    // OpenAI refuses longer ones.
    private const int MaximumLength = 64;

    /// <summary>Returns the key. One that is too long, or that a header could not carry, is replaced by its digest, so that equal keys stay equal.</summary>
    /// <param name="options">The options of the call.</param>
    /// <returns>The key, or <see langword="null"/> when no caching is asked for.</returns>
    public static string? Find(ChatOptions? options) =>
        options is SiraChatOptions { PromptCacheKey: { } key } && !string.IsNullOrWhiteSpace(key) ? Fit(key) : null;

    private static string Fit(string key)
    {
        var fits = key.Length <= MaximumLength;
        foreach (var character in key)
        {
            fits &= character is > ' ' and <= '~';
        }

        return fits ? key : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }
}
