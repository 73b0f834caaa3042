using Sira.Storage.Redis.Client.Protocol;

namespace Sira.Storage.Redis.Client.Connections;

/// <summary>Agrees on RESP3 with a server, or on RESP2 with one that knows no other, logs in and chooses the database.</summary>
internal sealed class RedisHandshake(RedisConnection connection, RedisClientOptions options, RedisAddress address)
{
    // What the server calls who has not said otherwise.
    private const string DefaultUser = "default";

    private readonly string? user = options.User ?? address.User;
    private readonly string? password = options.Password ?? address.Password;

    /// <summary>Runs it.</summary>
    /// <exception cref="RedisException">The server refuses.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var hello = await connection.ExecuteAsync(Hello(), cancellationToken).ConfigureAwait(false);
        if (!hello.IsError)
        {
            RefuseCluster(hello);
        }
        else if (IsUnknown(hello))
        {
            if (password is not null)
            {
                var login = new RedisCommand("AUTH", user is null ? [password] : [user, password]);
                ThrowIfRefused(await connection.ExecuteAsync(login, cancellationToken).ConfigureAwait(false));
            }
        }
        else
        {
            ThrowIfRefused(hello);
        }

        // A name in the server's list is a convenience: who may not set it goes without.
        if (options.ClientName.Length > 0)
        {
            await connection.ExecuteAsync(new RedisCommand("CLIENT", "SETNAME", options.ClientName), cancellationToken).ConfigureAwait(false);
        }

        var database = options.Database ?? address.Database;
        if (database != 0)
        {
            ThrowIfRefused(await connection.ExecuteAsync(new RedisCommand("SELECT", (RedisArgument)database), cancellationToken).ConfigureAwait(false));
        }
    }

    private RedisCommand Hello() => new("HELLO", password is null ? [3] : [3, "AUTH", user ?? DefaultUser, password]);

    // Servers before 6, and users who may not say HELLO.
    private static bool IsUnknown(in RespValue refusal)
    {
        var text = refusal.ToString();
        return text.StartsWith("NOPROTO", StringComparison.Ordinal) || text.StartsWith("NOPERM", StringComparison.Ordinal) || text.StartsWith("ERR unknown command", StringComparison.OrdinalIgnoreCase);
    }

    private void RefuseCluster(in RespValue hello)
    {
        for (var i = 0; i + 1 < hello.Items.Length; i += 2)
        {
            if (hello.Items[i].Is("mode"u8) && hello.Items[i + 1].Is("cluster"u8))
            {
                throw new RedisException(RedisErrorKind.Cluster, $"The Redis server {address} is one of a cluster, and clusters are not supported. Name a server that is none, or a proxy before the cluster.");
            }
        }
    }

    private void ThrowIfRefused(in RespValue answer)
    {
        if (!answer.IsError)
        {
            return;
        }

        var refusal = RedisException.Refusal(answer.ToString());
        throw refusal.Code is "WRONGPASS" or "NOAUTH" or "NOPERM" || (refusal.Code is "ERR" && refusal.Message.Contains("AUTH", StringComparison.Ordinal))
            ? new RedisException(refusal.Kind, $"The Redis server {address} refuses {(password is null ? "who has no password" : $"the user '{user ?? DefaultUser}'")}: {refusal.Message} Set {nameof(RedisClientOptions.User)} and {nameof(RedisClientOptions.Password)}.", refusal) { Code = refusal.Code is "ERR" ? "WRONGPASS" : refusal.Code }
            : new RedisException(refusal.Kind, $"The Redis server {address} refuses: {refusal.Message}", refusal) { Code = refusal.Code };
    }
}
