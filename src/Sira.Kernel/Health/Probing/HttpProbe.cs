using System.Globalization;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Health.Probing;

/// <summary>Asks by HTTP. Follows no redirect, keeps no cookie and reads no body.</summary>
public sealed class HttpProbe : IHealthProbe, IDisposable
{
    private readonly HttpMessageInvoker http;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="handler">Sends the requests, and is not disposed of; <see langword="null"/> means a handler of its own, which resolves names anew every two minutes.</param>
    public HttpProbe(HttpMessageHandler? handler = null) => http = new HttpMessageInvoker(
        handler ?? new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) },
        disposeHandler: handler is null);

    /// <inheritdoc />
    public string Name => HealthProbes.Http;

    /// <inheritdoc />
    public async ValueTask<ProbeResult> ProbeAsync(Endpoint endpoint, HealthCheckOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(options);
        if (endpoint.Address is not { } address || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            return ProbeResult.Unhealthy("it has no http or https address to ask; give it one, or choose another probe");
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, options.Path));
        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return response.IsSuccessStatusCode
            ? ProbeResult.Healthy
            : ProbeResult.Unhealthy(string.Create(CultureInfo.InvariantCulture, $"it answered {(int)response.StatusCode}"));
    }

    /// <inheritdoc />
    public void Dispose() => http.Dispose();
}
