using Microsoft.Extensions.Logging;
using Sira.Storage.Keys;

namespace Sira.Storage.Layers;

/// <summary>What the cache over an engine logs. Event ids 2010 to 2019.</summary>
internal static partial class LayerLog
{
    [LoggerMessage(EventId = 2010, Level = LogLevel.Warning, Message = "The engine '{Engine}' no longer tells of the changes of {Partition}; it is read without the cache until it does again.")]
    public static partial void FeedLost(ILogger logger, string engine, StorePartition partition, Exception? exception);

    [LoggerMessage(EventId = 2011, Level = LogLevel.Information, Message = "The engine '{Engine}' tells of the changes of {Partition} again; it is cached.")]
    public static partial void FeedBack(ILogger logger, string engine, StorePartition partition);

    [LoggerMessage(EventId = 2012, Level = LogLevel.Information, Message = "Changes of {Partition} in the engine '{Engine}' may have been missed; what was cached of it is not used any more.")]
    public static partial void ChangesMissed(ILogger logger, string engine, StorePartition partition);

    [LoggerMessage(EventId = 2013, Level = LogLevel.Warning, Message = "The engine '{Engine}' fails or is slow; reads of {Partition} are answered with copies that may be stale, this one {Age} old.")]
    public static partial void StaleServed(ILogger logger, string engine, StorePartition partition, TimeSpan age, Exception? exception);

    [LoggerMessage(EventId = 2014, Level = LogLevel.Information, Message = "The engine '{Engine}' answers reads of {Partition} again.")]
    public static partial void StaleEnded(ILogger logger, string engine, StorePartition partition);
}
