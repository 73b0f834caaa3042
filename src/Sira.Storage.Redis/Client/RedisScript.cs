using System.Security.Cryptography;
using System.Text;

namespace Sira.Storage.Redis.Client;

/// <summary>A Lua script that the server runs as one step. Made once and kept.</summary>
public sealed class RedisScript
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="body">The script.</param>
    /// <param name="isIdempotent">Whether it does no harm to run it twice.</param>
    public RedisScript(string body, bool isIdempotent = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(body);
        (Body, IsIdempotent) = (body, isIdempotent);
#pragma warning disable CA5350 // By its SHA-1 the server calls a script; nothing is secured by it.
        Digest = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(body)));
#pragma warning restore CA5350
    }

    /// <summary>Gets the script.</summary>
    public string Body { get; }

    /// <summary>Gets the name that the server has for it: its SHA-1 in hexadecimal.</summary>
    public string Digest { get; }

    /// <summary>Gets whether it does no harm to run it twice.</summary>
    public bool IsIdempotent { get; }
}
