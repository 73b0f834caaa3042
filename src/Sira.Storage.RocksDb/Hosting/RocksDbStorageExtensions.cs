using Microsoft.Extensions.Logging;
using Sira.Kernel.Builder;
using Sira.Storage.Capabilities;
using Sira.Storage.Hosting;
using Sira.Storage.RocksDb;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds RocksDB as storage.</summary>
public static class RocksDbStorageExtensions
{
    /// <summary>Adds an engine that keeps everything in a folder of RocksDB: embedded, for one process with many writes or much data. Afterwards the configuration knows the kind <c>RocksDb</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name of the engine; ignores case.</param>
    /// <param name="options">Where and how; the section <c>Sira:Storage:Engines:{name}</c> is read over it.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">An engine of this name was added before.</exception>
    public static ISiraBuilder AddRocksDbStorage(this ISiraBuilder builder, string name = "rocksdb", RocksDbEngineOptions? options = null)
    {
        builder.AddStorageEngine(name, Kind(options)).Services.AddSingleton(Kind(null));
        return builder;
    }

    private static StorageEngineKind Kind(RocksDbEngineOptions? code) => new("RocksDb", settings =>
    {
        var options = (code ?? new RocksDbEngineOptions()) with { Name = settings.Name };
        if (settings.Reader is { } reader)
        {
            options = options with
            {
                Path = reader.TryString(nameof(options.Path), out var path) ? path : options.Path,
                CreateIfMissing = reader.TryBoolean(nameof(options.CreateIfMissing), out var create) ? create : options.CreateIfMissing,
                IsReadOnly = reader.TryBoolean(nameof(options.IsReadOnly), out var readOnly) ? readOnly : options.IsReadOnly,
                Durability = reader.TryEnum<StorageDurability>(nameof(options.Durability), out var durability) ? durability : options.Durability,
                BlockCacheBytes = reader.TryInt64(nameof(options.BlockCacheBytes), out var cache) ? cache : options.BlockCacheBytes,
                WriteBufferBytes = reader.TryInt64(nameof(options.WriteBufferBytes), out var buffer) ? buffer : options.WriteBufferBytes,
                Compression = reader.TryEnum<RocksDbCompression>(nameof(options.Compression), out var compression) ? compression : options.Compression,
                MaximumWaitingWrites = reader.TryInt32(nameof(options.MaximumWaitingWrites), out var waiting) ? waiting : options.MaximumWaitingWrites,
            };
        }

        options.Validate(settings.Path, settings.Errors);
        return services => new RocksDbEngine(options, services.GetService<TimeProvider>(), services.GetService<ILoggerFactory>());
    });
}
