using Microsoft.Extensions.Http;

namespace Sira.Backends.Http;

/// <summary>Names and configures the <see cref="HttpClient"/> of each backend.</summary>
internal static class HttpBackends
{
    /// <summary>The prefix of the clients' names; a host plugs its own handlers under <c>sira:{backend}</c>.</summary>
    public const string ClientPrefix = "sira:";

    // Long enough to keep connections warm, short enough to notice that a provider moved to another address.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    /// <summary>Returns the name of a backend's client.</summary>
    public static string GetClientName(string backend) => ClientPrefix + backend;

    /// <summary>Makes the handler that talks to the network.</summary>
    public static SocketsHttpHandler CreateHandler(TimeSpan connectTimeout) => new()
    {
        PooledConnectionLifetime = ConnectionLifetime,
        ConnectTimeout = connectTimeout,
        AutomaticDecompression = System.Net.DecompressionMethods.All,
        EnableMultipleHttp2Connections = true,
        // A redirect would carry keys in headers such as x-api-key to whoever it names.
        AllowAutoRedirect = false,
        UseCookies = false,
        // A stream that its reader leaves is aborted rather than read to its end; the little that follows a terminal event fits into this.
        ResponseDrainTimeout = TimeSpan.FromMilliseconds(100),
    };

    /// <summary>Configures a backend's client before anybody else, so that a handler that the host or a test plugs under the same name wins.</summary>
    public static void Configure(HttpClientFactoryOptions options, Func<IServiceProvider, TimeSpan> connectTimeout)
    {
        // Timeouts are the gateway's: each attempt has its own, and a stream may be long.
        options.HttpClientActions.Add(static client => client.Timeout = Timeout.InfiniteTimeSpan);
        options.HttpMessageHandlerBuilderActions.Insert(0, builder => builder.PrimaryHandler = CreateHandler(connectTimeout(builder.Services)));
        // The pooled connections' lifetime already follows DNS; rotating handlers too would only drop warm connections.
        options.HandlerLifetime = Timeout.InfiniteTimeSpan;
    }
}
