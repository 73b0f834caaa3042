using Microsoft.Extensions.Logging;
using Sira.Errors;

namespace Sira.Backends.Configuration;

/// <summary>What is logged about backends. Never a key, a prompt or an answer.</summary>
internal static partial class BackendLog
{
    [LoggerMessage(EventId = 2001, Level = LogLevel.Information, Message = "Backend {Backend} is ready: {Kind} at {Endpoint}, API keys: {KeyCount}")]
    public static partial void BackendBuilt(this ILogger logger, string backend, string kind, string endpoint, int keyCount);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Warning, Message = "Backend {Backend} turned {Key} away ({Kind}); it rests")]
    public static partial void KeyTurnedAway(this ILogger logger, string backend, string key, BackendErrorKind kind);
}
