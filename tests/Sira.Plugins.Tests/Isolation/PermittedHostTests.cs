using Sira.Plugins.Isolation;

namespace Sira.Plugins.Tests.Isolation;

public class PermittedHostTests
{
    [Theory]
    [InlineData("api.example.com", "https://api.example.com/v1")]
    [InlineData("api.example.com", "http://api.example.com")]
    [InlineData("api.example.com", "https://API.Example.COM:443/")]
    [InlineData("API.Example.com", "https://api.example.com/")]
    [InlineData("api.example.com:8443", "https://api.example.com:8443/")]
    [InlineData("api.example.com:443", "https://api.example.com/")]
    [InlineData("*.example.com", "https://a.b.example.com/")]
    [InlineData("*.example.com:8443", "https://a.example.com:8443/")]
    [InlineData("bücher.example", "https://xn--bcher-kva.example/")]
    [InlineData("xn--bcher-kva.example", "https://bücher.example/")]
    [InlineData("*.bücher.example", "https://a.xn--bcher-kva.example/")]
    [InlineData("10.1.2.3", "http://10.1.2.3/")]
    [InlineData("127.0.0.1", "http://0x7f.1/")]
    [InlineData("[::1]:8080", "http://[0:0:0::1]:8080/")]
    [InlineData("[0:0::0001]", "http://[::1]/")]
    [InlineData("localhost:5000", "http://localhost:5000/")]
    public void Includes_ItsOwn_IsTrue(string permitted, string address) => Assert.True(Parse(permitted).Includes(new Uri(address)));

    [Theory]
    [InlineData("api.example.com", "https://api.example.com:8443/")]
    [InlineData("api.example.com:443", "http://api.example.com/")]
    [InlineData("api.example.com:8443", "https://api.example.com/")]
    [InlineData("api.example.com", "https://api.example.com.evil.test/")]
    [InlineData("api.example.com", "https://evil.test/api.example.com")]
    [InlineData("api.example.com", "https://api.example.com@evil.test/")]
    [InlineData("api.example.com", "https://api.example.com:443@evil.test/")]
    [InlineData("api.example.com", "https://evil.test#@api.example.com/")]
    [InlineData("api.example.com", "https://evil.test?api.example.com")]
    [InlineData("api.example.com", "https://xapi.example.com/")]
    [InlineData("*.example.com", "https://example.com/")]
    [InlineData("*.example.com", "https://evilexample.com/")]
    [InlineData("*.example.com", "https://a.example.com.evil.test/")]
    [InlineData("example.com", "https://a.example.com/")]
    [InlineData("example.com", "https://ехample.com/")]
    [InlineData("[::1]", "http://[::2]/")]
    [InlineData("[::1]:80", "http://[::1]:81/")]
    [InlineData("127.0.0.1", "http://127.0.0.11/")]
    [InlineData("localhost:5000", "http://localhost:5001/")]
    public void Includes_Another_IsFalse(string permitted, string address) => Assert.False(Parse(permitted).Includes(new Uri(address)));

    [Theory]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("*example.com")]
    [InlineData("api.*")]
    [InlineData("a.*.com")]
    [InlineData("https://api.example.com")]
    [InlineData("api.example.com/v1")]
    [InlineData("user@api.example.com")]
    [InlineData("api.example.com:")]
    [InlineData("api.example.com:0")]
    [InlineData("api.example.com:65536")]
    [InlineData("api.example.com:+1")]
    [InlineData("api.example.com: 443")]
    [InlineData("api.example.com:*")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("*.10.1.2.3")]
    [InlineData("*.[::1]")]
    [InlineData("a b")]
    [InlineData(":443")]
    public void TryParse_NoHost_IsRefused(string text) => Assert.False(PermittedHost.TryParse(text, out _));

    private static PermittedHost Parse(string text) => PermittedHost.TryParse(text, out var host) ? host : throw new ArgumentException(text);
}
