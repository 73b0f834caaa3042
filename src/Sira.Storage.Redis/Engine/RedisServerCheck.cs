using Microsoft.Extensions.Logging;
using Sira.Storage.Capabilities;
using Sira.Storage.Errors;
using Sira.Storage.Redis.Client;
using Sira.Storage.Redis.Scripts;

namespace Sira.Storage.Redis.Engine;

/// <summary>Looks, when an engine is opened, whether the server keeps what it is said to keep and the user may do what the scripts do.</summary>
internal sealed class RedisServerCheck(RedisEngineOptions options, string channelPrefix, ILogger logger)
{
    private static readonly string[] Settings = ["appendonly", "appendfsync", "no-appendfsync-on-rewrite", "maxmemory", "maxmemory-policy"];

    /// <summary>What writes survive on a server that is set so.</summary>
    public static StorageDurability Durability(RedisPersistence persistence) => persistence switch
    {
        RedisPersistence.Always => StorageDurability.PowerLoss,
        RedisPersistence.OperatingSystem => StorageDurability.ProcessCrash,
        _ => StorageDurability.Process,
    };

    /// <summary>Looks.</summary>
    /// <exception cref="RedisException">The server cannot be asked, or the user may not do something.</exception>
    /// <exception cref="StorageException">It keeps less.</exception>
    public async ValueTask RunAsync(IRedisClient client, CancellationToken cancellationToken)
    {
        await ProbeAsync(client, cancellationToken).ConfigureAwait(false);
        var settings = await ReadSettingsAsync(client, cancellationToken).ConfigureAwait(false);
        if (settings is null)
        {
            logger.SettingsUnknown(options.Name, options.Persistence);
            return;
        }

        var real = ToPersistence(settings);
        if (Durability(real) < Durability(options.Persistence))
        {
            throw new StorageException(
                StorageErrorKind.Incompatible,
                options.Name,
                $"Engine '{options.Name}' is set to {nameof(RedisEngineOptions.Persistence)} {options.Persistence}, so that writes survive {Durability(options.Persistence)}, and the server has appendonly {settings["appendonly"]}, appendfsync {settings["appendfsync"]}, no-appendfsync-on-rewrite {settings["no-appendfsync-on-rewrite"]}. Change the server's settings, or set {nameof(RedisEngineOptions.Persistence)} to {real}.");
        }

        if (settings["maxmemory"] != "0" && settings["maxmemory-policy"] != "noeviction")
        {
            logger.Evicts(options.Name, settings["maxmemory-policy"]);
        }
    }

    private static RedisPersistence ToPersistence(Dictionary<string, string> settings) => (settings["appendonly"], settings["appendfsync"]) switch
    {
        // While the file is rewritten such a server does not wait for the disk.
        ("yes", "always") => settings["no-appendfsync-on-rewrite"] == "yes" ? RedisPersistence.OperatingSystem : RedisPersistence.Always,
        ("yes", "no") => RedisPersistence.OperatingSystem,
        ("yes", _) => RedisPersistence.EverySecond,
        _ => RedisPersistence.None,
    };

    // A script that is stopped for want of a right has made half of its writes: so every right is tried before.
    private async ValueTask ProbeAsync(IRedisClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.EvaluateAsync(ProbeScript.Instance, new RedisArgument[] { options.KeyPrefix, channelPrefix }, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisException exception) when (exception.Code is "READONLY" or "OOM" or "MISCONF")
        {
            // It can be read, and a write is refused before it is begun.
            logger.TakesNoWrites(options.Name, exception);
        }
    }

    // Null where that is not permitted, as on many managed servers.
    private static async ValueTask<Dictionary<string, string>?> ReadSettingsAsync(IRedisClient client, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Settings)
        {
            try
            {
                var answer = await client.ExecuteAsync(new RedisCommand("CONFIG", "GET", name) { IsIdempotent = true }, cancellationToken).ConfigureAwait(false);
                if (answer.Items.Length != 2)
                {
                    return null;
                }

                settings.Add(name, answer.Items[1].ToString());
            }
            catch (RedisException exception) when (exception.Code is "NOPERM" or "ERR")
            {
                return null;
            }
        }

        return settings;
    }
}
