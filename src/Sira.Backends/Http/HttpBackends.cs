using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Sira.Backends.Http;

/// <summary>Names and configures the <see cref="HttpClient"/> of each backend, those included that a reload will add.</summary>
/// <remarks>Goes before everybody else's configuration of the same client, so that a handler or a timeout that the host or a test sets wins.</remarks>
internal sealed class HttpBackends(ConnectTimeouts connectTimeouts) : IConfigureNamedOptions<HttpClientFactoryOptions>
{
    /// <summary>The prefix of the clients' names; a host plugs its own handlers under <c>sira:{backend}</c>.</summary>
    public const string ClientPrefix = "sira:";

    private static readonly IConfigureNamedOptions<HttpClientFactoryOptions>[] LoggerRemoval = DescribeLoggerRemoval();

    // Long enough to keep connections warm, short enough to notice that a provider moved to another address.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    /// <summary>Returns the name of a backend's client.</summary>
    public static string GetClientName(string backend) => ClientPrefix + backend;

    public void Configure(string? name, HttpClientFactoryOptions options)
    {
        if (name is null || !name.StartsWith(ClientPrefix, StringComparison.Ordinal))
        {
            return;
        }

        var backend = name[ClientPrefix.Length..];
        // The gateway reports each attempt; the factory's four lines a call would only repeat it, and their addresses name deployments.
        RemoveDefaultLoggers(options);
        // Timeouts are the gateway's: each attempt has its own, and a stream may be long.
        options.HttpClientActions.Insert(0, static client => client.Timeout = Timeout.InfiniteTimeSpan);
        options.HttpMessageHandlerBuilderActions.Insert(0, builder => builder.PrimaryHandler = CreateHandler(connectTimeouts.Get(backend)));
        // The pooled connections' lifetime already follows DNS; rotating handlers too would only drop warm connections.
        options.HandlerLifetime = Timeout.InfiniteTimeSpan;
    }

    public void Configure(HttpClientFactoryOptions options) => Configure(Options.DefaultName, options);

    private static IConfigureNamedOptions<HttpClientFactoryOptions>[] DescribeLoggerRemoval()
    {
        var services = new ServiceCollection();
        services.AddHttpClient(Options.DefaultName).RemoveAllLoggers();
        return [.. services
            .Where(static descriptor => descriptor.ServiceType == typeof(IConfigureOptions<HttpClientFactoryOptions>))
            .Select(static descriptor => descriptor.ImplementationInstance)
            .OfType<IConfigureNamedOptions<HttpClientFactoryOptions>>()];
    }

    private static void RemoveDefaultLoggers(HttpClientFactoryOptions options)
    {
        // The framework's own way is for one name at a time; taken from there, it applies to the names that a reload adds as well.
        foreach (var configuration in LoggerRemoval)
        {
            configuration.Configure(Options.DefaultName, options);
        }
    }

    private static SocketsHttpHandler CreateHandler(TimeSpan connectTimeout) => new()
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
}
