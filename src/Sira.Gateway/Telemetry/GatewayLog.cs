using Microsoft.Extensions.Logging;
using Sira.Errors;

namespace Sira.Gateway.Telemetry;

/// <summary>The gateway's log messages; event ids 3000 to 3099. Never a prompt, an answer or a key.</summary>
internal static partial class GatewayLog
{
    [LoggerMessage(3000, LogLevel.Warning, "Attempt at {Target} for route {Route} failed: {Kind} (HTTP {StatusCode}) after {Milliseconds:0.#} ms")]
    public static partial void AttemptFailed(this ILogger logger, string route, string target, BackendErrorKind kind, int? statusCode, double milliseconds);

    [LoggerMessage(3001, LogLevel.Information, "Configuration {Version} is in force; backends: {Backends}, routes: {Routes}")]
    public static partial void ConfigurationLoaded(this ILogger logger, long version, int backends, int routes);

    [LoggerMessage(3003, LogLevel.Debug, "Closing a stream of {Target} failed; the attempt had ended already")]
    public static partial void StreamDisposeFailed(this ILogger logger, Exception exception, string target);

    [LoggerMessage(3005, LogLevel.Warning, "{Target} did not end when its attempt was cancelled, and was left behind")]
    public static partial void BackendLeftBehind(this ILogger logger, string target);

    [LoggerMessage(3006, LogLevel.Warning, "A callback that {Target} put on its cancellation token threw")]
    public static partial void CancellationCallbackFailed(this ILogger logger, Exception exception, string target);

    [LoggerMessage(3007, LogLevel.Warning, "A mirrored call of route {Route} ended unexpectedly")]
    public static partial void ShadowFailed(this ILogger logger, Exception exception, string route);

    [LoggerMessage(3008, LogLevel.Warning, "The host stops while {Calls} calls are under way; they end with it")]
    public static partial void NotDrained(this ILogger logger, int calls);

    [LoggerMessage(3004, LogLevel.Information, "Breaker of {Target} is now {State}")]
    public static partial void BreakerChanged(this ILogger logger, string target, Sira.Kernel.Health.CircuitState state);
}
