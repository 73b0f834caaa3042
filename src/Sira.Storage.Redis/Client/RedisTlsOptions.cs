using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Sira.Storage.Redis.Client;

/// <summary>How the connection is encrypted.</summary>
public sealed record RedisTlsOptions
{
    /// <summary>Gets the name that the server's certificate must have, which the server is also told.</summary>
    /// <value>Default <see langword="null"/>: the host.</value>
    public string? TargetHost { get; init; }

    /// <summary>Gets the certificate with which the client shows who it is.</summary>
    /// <value>Default <see langword="null"/>: none.</value>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Gets what decides about the server's certificate.</summary>
    /// <value>Default <see langword="null"/>: the operating system does.</value>
    public RemoteCertificateValidationCallback? Validation { get; init; }
}
