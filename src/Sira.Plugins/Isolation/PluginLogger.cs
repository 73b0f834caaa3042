using Microsoft.Extensions.Logging;

namespace Sira.Plugins.Isolation;

/// <summary>A logger of one plugin, silent once the plugin has ended, so that what it left running does not speak in its name.</summary>
internal sealed class PluginLogger(PluginLoggerFactory owner, ILogger logger) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => owner.IsDisposed ? null : logger.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => !owner.IsDisposed && logger.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!owner.IsDisposed)
        {
            logger.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
