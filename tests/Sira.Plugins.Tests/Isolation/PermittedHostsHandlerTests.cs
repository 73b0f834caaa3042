using System.Net;
using Sira.Kernel.Plugins;
using Sira.Plugins.Isolation;

namespace Sira.Plugins.Tests.Isolation;

public sealed class PermittedHostsHandlerTests : IDisposable
{
    private readonly Answers answers = new();
    private readonly HttpMessageInvoker client;
    private readonly HttpClient http;

    public PermittedHostsHandlerTests()
    {
        var handler = new PermittedHostsHandler(new PluginGrant("acme", ["api.example.com", "*.example.org"]), answers);
        (client, http) = (new HttpMessageInvoker(handler), new HttpClient(handler, disposeHandler: false));
    }

    public void Dispose()
    {
        http.Dispose();
        client.Dispose();
    }

    [Fact]
    public async Task SendAsync_PermittedHost_Passes()
    {
        using var response = await http.GetAsync(new Uri("https://api.example.com/"), TestContext.Current.CancellationToken);
        Assert.Equal(1, answers.Count);
    }

    [Fact]
    public async Task SendAsync_AnotherHost_SaysWhatIsPermitted()
    {
        var exception = await Assert.ThrowsAsync<PluginException>(() => http.GetAsync(new Uri("https://user:secret@evil.test:8443/"), TestContext.Current.CancellationToken));
        Assert.Equal("The plugin 'acme' may not reach 'evil.test:8443'. It is permitted api.example.com, *.example.org; add 'network: evil.test' to its manifest, and where it is not trusted also to the host's configuration.", exception.Message);
        Assert.Equal(0, answers.Count);
    }

    [Fact]
    public void Send_AnotherHost_IsRefusedToo()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://evil.test/");
        Assert.Throws<PluginException>(() => http.Send(request, TestContext.Current.CancellationToken));
        Assert.Equal(0, answers.Count);
    }

    [Theory]
    [InlineData("evil.test")]
    [InlineData("api.example.com:8443")]
    public async Task SendAsync_HostHeaderOfAnother_IsRefused(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://api.example.com/");
        request.Headers.Host = host;
        await Assert.ThrowsAsync<PluginException>(() => client.SendAsync(request, TestContext.Current.CancellationToken));
        Assert.Equal(0, answers.Count);
    }

    [Fact]
    public async Task SendAsync_HostHeaderOfAPermittedOne_Passes()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://api.example.com/") { Headers = { Host = "tenant.example.org" } };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(1, answers.Count);
    }

    [Fact]
    public async Task SendAsync_Redirect_ComesBackToThePlugin()
    {
        answers.Status = HttpStatusCode.Found;
        using var response = await http.GetAsync(new Uri("https://api.example.com/"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        await Assert.ThrowsAsync<PluginException>(() => http.GetAsync(response.Headers.Location, TestContext.Current.CancellationToken));
        Assert.Equal(1, answers.Count);
    }

    [Fact]
    public async Task SendAsync_NothingLimited_ReachesAll()
    {
        using var all = new HttpMessageInvoker(new PermittedHostsHandler(new PluginGrant("acme", []), answers));
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://anything.test:1234/");
        using var response = await all.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(1, answers.Count);
    }

    [Fact]
    public async Task SendAsync_AfterThePluginHasStopped_Throws()
    {
        var factory = new PluginHttpClientFactory(new PluginGrant("acme", []));
        using var late = factory.CreateClient("any");
        factory.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => late.GetAsync(new Uri("https://api.example.com/"), TestContext.Current.CancellationToken));
    }

    private sealed class Answers : HttpMessageHandler
    {
        public int Count { get; private set; }

        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            return new HttpResponseMessage(Status) { Headers = { Location = new Uri("https://evil.test/") } };
        }
    }
}
