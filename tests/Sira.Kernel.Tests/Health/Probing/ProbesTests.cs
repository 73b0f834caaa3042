using System.Net;
using System.Net.Sockets;
using Sira.Kernel.Health.Probing;
using Sira.Kernel.Registry;
using Sira.Kernel.Tests.Registry;

namespace Sira.Kernel.Tests.Health.Probing;

public class ProbesTests
{
    [Theory]
    [InlineData(HttpStatusCode.OK, ProbeOutcome.Healthy, null)]
    [InlineData(HttpStatusCode.NoContent, ProbeOutcome.Healthy, null)]
    [InlineData(HttpStatusCode.Found, ProbeOutcome.Unhealthy, "it answered 302")]
    [InlineData(HttpStatusCode.ServiceUnavailable, ProbeOutcome.Unhealthy, "it answered 503")]
    public async Task Http_Status_IsJudged(HttpStatusCode status, ProbeOutcome outcome, string? detail)
    {
        Uri? asked = null;
        using var handler = new FakeHandler(request =>
        {
            asked = request.RequestUri;
            return new HttpResponseMessage(status);
        });
        using var probe = new HttpProbe(handler);

        var result = await probe.ProbeAsync(At("http://tools.test:8080/api/"), HealthCheckOptions.Default with { Path = "/ready?deep=1" }, default);

        Assert.Equal(new ProbeResult(outcome, detail), result);
        Assert.Equal("http://tools.test:8080/ready?deep=1", asked!.AbsoluteUri);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("tcp://tools.test:80")]
    public async Task Http_NoHttpAddress_SaysSo(string? address)
    {
        using var probe = new HttpProbe();

        var result = await probe.ProbeAsync(At(address), HealthCheckOptions.Default, default);

        Assert.Equal(ProbeOutcome.Unhealthy, result.Outcome);
        Assert.Contains("no http or https address", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tcp_Listening_PassesAndThrowsWhenNobodyListens()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = At($"tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        var probe = new TcpProbe();

        Assert.Equal(ProbeResult.Healthy, await probe.ProbeAsync(endpoint, HealthCheckOptions.Default, default));
        listener.Stop();

        await Assert.ThrowsAsync<SocketException>(async () => await probe.ProbeAsync(endpoint, HealthCheckOptions.Default, default));
    }

    [Fact]
    public async Task Tcp_NoPort_SaysSo() =>
        Assert.Contains("no host and port", (await new TcpProbe().ProbeAsync(At("tcp://tools.test"), HealthCheckOptions.Default, default)).Detail, StringComparison.Ordinal);

    private static Endpoint At(string? address)
    {
        var endpoints = TestEndpoints.Equal(1);
        return new Endpoint(new EndpointDefinition("a") { Address = address is null ? null : new Uri(address) }, endpoints[0].Breaker, endpoints[0].Load);
    }

    private sealed class FakeHandler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer(request));
    }
}
