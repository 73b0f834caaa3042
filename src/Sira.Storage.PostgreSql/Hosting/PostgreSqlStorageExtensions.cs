using Microsoft.Extensions.Logging;
using Sira.Kernel.Builder;
using Sira.Storage.Capabilities;
using Sira.Storage.Hosting;
using Sira.Storage.PostgreSql;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds PostgreSQL as storage.</summary>
public static class PostgreSqlStorageExtensions
{
    /// <summary>Adds an engine that keeps everything in a database of PostgreSQL, for any number of processes. Afterwards the configuration knows the kind <c>PostgreSql</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name of the engine; ignores case.</param>
    /// <param name="options">Where and how; the section <c>Sira:Storage:Engines:{name}</c> is read over it.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">An engine of this name was added before.</exception>
    public static ISiraBuilder AddPostgreSqlStorage(this ISiraBuilder builder, string name = "postgresql", PostgreSqlEngineOptions? options = null)
    {
        builder.AddStorageEngine(name, Kind(options)).Services.AddSingleton(Kind(null));
        return builder;
    }

    private static StorageEngineKind Kind(PostgreSqlEngineOptions? code) => new("PostgreSql", settings =>
    {
        var options = (code ?? new PostgreSqlEngineOptions()) with { Name = settings.Name };
        if (settings.Reader is { } reader)
        {
            options = options with
            {
                ConnectionString = reader.TryString(nameof(options.ConnectionString), out var connection) ? connection : options.ConnectionString,
                Schema = reader.TryString(nameof(options.Schema), out var schema) ? schema : options.Schema,
                CreateSchema = reader.TryBoolean(nameof(options.CreateSchema), out var create) ? create : options.CreateSchema,
                Durability = reader.TryEnum<StorageDurability>(nameof(options.Durability), out var durability) ? durability : options.Durability,
                CommandTimeout = reader.TryDuration(nameof(options.CommandTimeout), out var timeout) ? timeout : options.CommandTimeout,
                ExpiryInterval = reader.TryDuration(nameof(options.ExpiryInterval), out var expiry) ? expiry : options.ExpiryInterval,
            };
        }

        options.Validate(settings.Path, settings.Errors);
        return services => new PostgreSqlEngine(options, services.GetService<TimeProvider>(), services.GetService<ILoggerFactory>());
    });
}
