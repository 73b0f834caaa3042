using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sira.Storage.Redis.Client;
using Sira.Testing.Servers;

namespace Sira.Storage.Redis.Tests.Client;

public sealed class TlsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sira-tls-").FullName;
    private readonly X509Certificate2 certificate = MakeCertificate();
    private readonly int port = FreePort();

    public void Dispose()
    {
        certificate.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task ConnectAsync_SelfSigned_IsTakenWhereTheHostSaysSo_AndNotOtherwise()
    {
        await using var server = await StartAsync(clients: "no");
        await using var strict = new RedisClient(new() { Endpoint = Url("rediss") });
        var asked = string.Empty;
        await using var pinned = new RedisClient(new()
        {
            Endpoint = Url("rediss"),
            Tls = new()
            {
                TargetHost = "redis.example",
                Validation = (_, shown, _, _) =>
                {
                    asked = shown!.GetCertHashString();
                    return asked == certificate.Thumbprint;
                },
            },
        });

        var refused = await Assert.ThrowsAsync<RedisException>(async () => await strict.ConnectAsync());
        Assert.Equal(RedisErrorKind.Connection, refused.Kind);
        Assert.Contains("certificate", refused.Message, StringComparison.Ordinal);
        Assert.Equal("PONG", (await pinned.ExecuteAsync(new RedisCommand("PING"))).ToString());
        Assert.Equal(certificate.Thumbprint, asked);

        // More than the buffers of one record.
        var large = new byte[3 << 20];
        Random.Shared.NextBytes(large);
        await pinned.ExecuteAsync(new RedisCommand("SET", "large", large));
        Assert.Equal(large, (await pinned.ExecuteAsync(new RedisCommand("GET", "large"))).Bytes.ToArray());
    }

    [Fact]
    public async Task ConnectAsync_ServerAsksForACertificate_OursIsShown()
    {
        await using var server = await StartAsync(clients: "yes");
        var tls = new RedisTlsOptions { Validation = (_, shown, _, _) => shown!.GetCertHashString() == certificate.Thumbprint };
        await using var without = new RedisClient(new() { Endpoint = Url("rediss"), Tls = tls });
        await using var with = new RedisClient(new() { Endpoint = Url("rediss"), Tls = tls with { ClientCertificate = certificate } });

        Assert.Equal(RedisErrorKind.Connection, (await Assert.ThrowsAsync<RedisException>(async () => await without.ConnectAsync())).Kind);
        Assert.Equal("PONG", (await with.ExecuteAsync(new RedisCommand("PING"))).ToString());
    }

    [Fact]
    public async Task ConnectAsync_OneSideOnlySpeaksTls_FailsTyped()
    {
        await using var server = await StartAsync(clients: "no");
        await using var plain = new RedisClient(new() { Endpoint = Url("redis"), ConnectTimeout = TimeSpan.FromSeconds(1) });
        await using var encrypted = new RedisClient(new() { Endpoint = $"rediss://{server.ConnectionString}", ConnectTimeout = TimeSpan.FromSeconds(1) });

        Assert.True((await Assert.ThrowsAsync<RedisException>(async () => await plain.ConnectAsync())).Kind is RedisErrorKind.Connection or RedisErrorKind.Protocol);
        Assert.Equal(RedisErrorKind.Connection, (await Assert.ThrowsAsync<RedisException>(async () => await encrypted.ConnectAsync())).Kind);
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=redis.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private string Url(string scheme) => string.Create(CultureInfo.InvariantCulture, $"{scheme}://127.0.0.1:{port}");

    private async Task<TestServer> StartAsync(string clients)
    {
        var (pem, key) = (Path.Combine(folder, "server.crt"), Path.Combine(folder, "server.key"));
        await File.WriteAllTextAsync(pem, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(key, certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return await TestServer.StartAsync("redis", "--tls-port", $"{port}", "--tls-cert-file", pem, "--tls-key-file", key, "--tls-ca-cert-file", pem, "--tls-auth-clients", clients);
    }
}
