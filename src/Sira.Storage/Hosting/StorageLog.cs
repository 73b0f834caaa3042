using Microsoft.Extensions.Logging;
using Sira.Storage.Capabilities;

namespace Sira.Storage.Hosting;

internal static partial class StorageLog
{
    [LoggerMessage(EventId = 2045, Level = LogLevel.Information, Message = "Opened the storage engine '{Engine}': its writes survive {Durability} unless they say otherwise.")]
    public static partial void EngineOpened(this ILogger logger, string engine, StorageDurability durability);

    [LoggerMessage(EventId = 2046, Level = LogLevel.Warning, Message = "The storage engine '{Engine}' cannot be opened; its first use tries again.")]
    public static partial void EngineNotOpened(this ILogger logger, Exception exception, string engine);
}
