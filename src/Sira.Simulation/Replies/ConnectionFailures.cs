using System.Net.Sockets;

namespace Sira.Simulation.Replies;

/// <summary>Makes the exceptions that the framework's own handler makes for a broken connection.</summary>
internal static class ConnectionFailures
{
    /// <summary>A connection that the other side reset.</summary>
    /// <returns>The exception of a read.</returns>
    public static IOException Reset() =>
        new("Unable to read data from the transport connection: Connection reset by peer.", new SocketException((int)SocketError.ConnectionReset));

    /// <summary>A connection that was reset before headers.</summary>
    /// <returns>The exception of a request.</returns>
    public static HttpRequestException ResetBeforeHeaders() =>
        new(HttpRequestError.Unknown, "An error occurred while sending the request.", Reset());

    /// <summary>A connection that was never made.</summary>
    /// <param name="url">The address.</param>
    /// <returns>The exception of a request.</returns>
    public static HttpRequestException Refused(Uri url) =>
        new(HttpRequestError.ConnectionError, $"Connection refused ({url.Host}:{url.Port})", new SocketException((int)SocketError.ConnectionRefused));
}
