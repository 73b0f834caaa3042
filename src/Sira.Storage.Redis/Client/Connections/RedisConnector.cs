using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Sira.Kernel.Errors;

namespace Sira.Storage.Redis.Client.Connections;

/// <summary>Opens connections and logs in.</summary>
internal sealed class RedisConnector(RedisClientOptions options, RedisAddress address, TimeProvider time, PendingPool pool)
{
    public RedisAddress Address => address;

    /// <summary>Opens a connection and logs in.</summary>
    /// <param name="receiver">Who takes what the server sends without being asked.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RedisException">It cannot be had.</exception>
    public async Task<RedisConnection> ConnectAsync(IPushReceiver? receiver, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.ConnectTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        RedisConnection? connection = null;
        try
        {
            connection = new RedisConnection(await OpenAsync(both.Token).ConfigureAwait(false), options, time, pool, receiver);
            connection.Start();
            await new RedisHandshake(connection, options, address).RunAsync(both.Token).ConfigureAwait(false);
            return connection;
        }
        catch (Exception exception)
        {
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw Explain(exception);
        }
    }

    private async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            return address.IsEncrypted || options.Tls is not null ? stream = await EncryptAsync(stream, options.Tls ?? new RedisTlsOptions(), cancellationToken).ConfigureAwait(false) : stream;
        }
        catch
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            socket.Dispose();
            throw;
        }
    }

    private async Task<Stream> EncryptAsync(Stream inner, RedisTlsOptions tls, CancellationToken cancellationToken)
    {
        var encrypted = new SslStream(inner);
        await encrypted.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = tls.TargetHost ?? address.Host,
                ClientCertificates = tls.ClientCertificate is { } certificate ? new X509CertificateCollection { certificate } : null,
                RemoteCertificateValidationCallback = tls.Validation,
            },
            cancellationToken).ConfigureAwait(false);
        return encrypted;
    }

    private RedisException Explain(Exception exception) => exception switch
    {
        RedisException { Kind: RedisErrorKind.Connection } known => new RedisException(known.Kind, $"The Redis server {address} has ended the connection while logging in: {known.Message}", known),
        RedisException known => known,
        OperationCanceledException => new RedisException(RedisErrorKind.Connection, $"The Redis server {address} could not be connected to within {options.ConnectTimeout}. Look whether it is reachable, and speaks TLS where that is asked for.", exception),
        AuthenticationException => new RedisException(RedisErrorKind.Connection, $"No encrypted connection to the Redis server {address}: {exception.Message} {exception.InnerException?.Message} Look at its certificate, or set {nameof(RedisTlsOptions)}", exception),
        _ => new RedisException(RedisErrorKind.Connection, $"The Redis server {address} cannot be reached: {Sentence.End(exception.Message)} Look at host and port, and whether the server runs.", exception),
    };
}
