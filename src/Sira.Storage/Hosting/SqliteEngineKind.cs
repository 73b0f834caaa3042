using Microsoft.Extensions.DependencyInjection;
using Sira.Storage.Capabilities;
using Sira.Storage.Engines.Sqlite;

namespace Sira.Storage.Hosting;

/// <summary>How an SQLite engine is asked for.</summary>
internal static class SqliteEngineKind
{
    public static StorageEngineKind Create(SqliteEngineOptions? code) => new("Sqlite", settings =>
    {
        var options = (code ?? new SqliteEngineOptions()) with { Name = settings.Name };
        if (settings.Reader is { } reader)
        {
            options = options with
            {
                Path = reader.TryString(nameof(options.Path), out var path) ? path : options.Path,
                Durability = reader.TryEnum<StorageDurability>(nameof(options.Durability), out var durability) ? durability : options.Durability,
                MaximumReaders = reader.TryInt32(nameof(options.MaximumReaders), out var readers) ? readers : options.MaximumReaders,
                MaximumQueue = reader.TryInt32(nameof(options.MaximumQueue), out var queue) ? queue : options.MaximumQueue,
                MaximumBytes = reader.TryInt64(nameof(options.MaximumBytes), out var bytes) ? bytes : options.MaximumBytes,
                CheckAtOpen = reader.TryBoolean(nameof(options.CheckAtOpen), out var check) ? check : options.CheckAtOpen,
                SecureDelete = reader.TryBoolean(nameof(options.SecureDelete), out var secure) ? secure : options.SecureDelete,
            };
        }

        options.Validate(settings.Path, settings.Errors);
        return services => new SqliteEngine(options, services.GetService<TimeProvider>());
    });
}
