using Microsoft.Extensions.Logging;

namespace Sira.Storage.Codecs;

/// <summary>What codecs log. Event ids 2050 to 2099. Subjects are not named: a log outlives an erasure.</summary>
internal static partial class CodecLog
{
    [LoggerMessage(2050, LogLevel.Warning, "Values of the engine '{Engine}' are to be compressed with zstd, which is not there: Brotli is used instead")]
    public static partial void FellBackToBrotli(this ILogger logger, string engine);

    [LoggerMessage(2051, LogLevel.Warning, "The key-encryption key '{KeyId}' of the engine '{Engine}' expires at {ExpiresAt}: make another one current and rotate before")]
    public static partial void KeyExpiresSoon(this ILogger logger, string engine, string keyId, DateTimeOffset expiresAt);

    [LoggerMessage(2052, LogLevel.Debug, "Generation {Generation} of the data keys at '{Record}' of the engine '{Engine}' is made")]
    public static partial void DataKeyCreated(this ILogger logger, string engine, string record, uint generation);

    [LoggerMessage(2053, LogLevel.Information, "The data keys at '{Record}' of the engine '{Engine}' are erased through generation {Generation}")]
    public static partial void DataKeysErased(this ILogger logger, string engine, string record, uint generation);

    [LoggerMessage(2054, LogLevel.Information, "The data keys of the engine '{Engine}' are wrapped with '{KeyId}': {Rewrapped} of {Subjects} subjects anew, {Failed} failed")]
    public static partial void KeysRotated(this ILogger logger, string engine, string keyId, long rewrapped, long subjects, long failed);

    [LoggerMessage(2055, LogLevel.Warning, "The data keys at '{Record}' of the engine '{Engine}' could not be wrapped anew")]
    public static partial void RewrapFailed(this ILogger logger, Exception exception, string engine, string record);

    [LoggerMessage(2056, LogLevel.Warning, "The change feed of the engine '{Engine}' has failed: data keys in memory are dropped, and it is subscribed to again at the next use")]
    public static partial void FeedFailed(this ILogger logger, Exception exception, string engine);

    [LoggerMessage(2057, LogLevel.Information, "Dictionary {Version} of '{Namespace}' is trained in the engine '{Engine}': {Length} bytes from {Samples} samples")]
    public static partial void DictionaryTrained(this ILogger logger, string engine, string @namespace, uint version, int length, int samples);
}
