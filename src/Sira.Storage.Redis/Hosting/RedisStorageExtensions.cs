using Microsoft.Extensions.Logging;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Storage.Hosting;
using Sira.Storage.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Redis as storage.</summary>
public static class RedisStorageExtensions
{
    /// <summary>Adds an engine that keeps everything on a Redis server, for any number of processes. Afterwards the configuration knows the kind <c>Redis</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name of the engine; ignores case.</param>
    /// <param name="options">Where and how; the section <c>Sira:Storage:Engines:{name}</c> is read over it.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">An engine of this name was added before.</exception>
    public static ISiraBuilder AddRedisStorage(this ISiraBuilder builder, string name = "redis", RedisEngineOptions? options = null)
    {
        builder.AddStorageEngine(name, Kind(options)).Services.AddSingleton(Kind(null));
        return builder;
    }

    private static StorageEngineKind Kind(RedisEngineOptions? code) => new("Redis", settings =>
    {
        var options = (code ?? new RedisEngineOptions()) with { Name = settings.Name };
        options = settings.Reader is { } reader ? Read(reader, options) : options;
        options.Validate(settings.Path, settings.Errors);
        return services => new RedisEngine(options, services.GetService<TimeProvider>(), services.GetService<ILoggerFactory>());
    });

    private static RedisEngineOptions Read(ConfigurationReader reader, RedisEngineOptions options) => options with
    {
        Endpoint = reader.TryString(nameof(options.Endpoint), out var endpoint) ? endpoint : options.Endpoint,
        User = reader.TryString(nameof(options.User), out var user) ? user : options.User,
        Password = reader.TryString(nameof(options.Password), out var password) ? password : options.Password,
        Database = reader.TryInt32(nameof(options.Database), out var database) ? database : options.Database,
        KeyPrefix = reader.TryString(nameof(options.KeyPrefix), out var prefix) ? prefix : options.KeyPrefix,
        Persistence = reader.TryEnum<RedisPersistence>(nameof(options.Persistence), out var persistence) ? persistence : options.Persistence,
        ConnectTimeout = reader.TryDuration(nameof(options.ConnectTimeout), out var connect) ? connect : options.ConnectTimeout,
        CommandTimeout = reader.TryDuration(nameof(options.CommandTimeout), out var command) ? command : options.CommandTimeout,
        HeartbeatInterval = reader.TryDuration(nameof(options.HeartbeatInterval), out var interval) ? interval : options.HeartbeatInterval,
        HeartbeatTimeout = reader.TryDuration(nameof(options.HeartbeatTimeout), out var timeout) ? timeout : options.HeartbeatTimeout,
    };
}
