using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Storage.Redis.Client;

/// <summary>Where a server is, and what its address says of logging in.</summary>
internal sealed class RedisAddress
{
    private const int DefaultPort = 6379;

    private RedisAddress(string host, int port) => (Host, Port) = (host, port);

    public string Host { get; }

    public int Port { get; }

    public bool IsEncrypted { get; private init; }

    public string? User { get; private init; }

    public string? Password { get; private init; }

    public int Database { get; private init; }

    /// <summary>Reads an address.</summary>
    /// <param name="text">The address.</param>
    /// <param name="address">What was read.</param>
    /// <param name="problem">What is wrong with it, without repeating a password.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RedisAddress? address, [NotNullWhen(false)] out string? problem)
    {
        (address, problem) = (null, null);
        if (string.IsNullOrWhiteSpace(text))
        {
            problem = "there is no address.";
            return false;
        }

        var hasScheme = text.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(hasScheme ? text : $"redis://{text}", UriKind.Absolute, out var url) || url.Scheme is not ("redis" or "rediss") || url.Host.Length == 0)
        {
            problem = $"{SecretText.Quote(text)} is no address of a Redis server.";
            return false;
        }

        var path = url.AbsolutePath.Trim('/');
        var database = 0;
        if (url.Query.Length > 0 || url.Fragment.Length > 0 || (path.Length > 0 && !int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out database)))
        {
            problem = $"the address of {url.Host} ends in something that is no number of a database.";
            return false;
        }

        var login = url.UserInfo;
        var colon = login.IndexOf(':', StringComparison.Ordinal);
        var (user, password) = login.Length == 0 ? (null, null) : colon < 0 ? (login, null) : (login[..colon], login[(colon + 1)..]);
        if (!string.IsNullOrEmpty(user) && password is null)
        {
            problem = $"the address of {url.Host} has a user and no password.";
            return false;
        }

        address = new RedisAddress(url.IdnHost, url.Port > 0 ? url.Port : DefaultPort)
        {
            IsEncrypted = url.Scheme == "rediss",
            User = string.IsNullOrEmpty(user) ? null : Uri.UnescapeDataString(user),
            Password = password is null ? null : Uri.UnescapeDataString(password),
            Database = database,
        };
        return true;
    }

    /// <summary>Returns host and port, nothing else.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
