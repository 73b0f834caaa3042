using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sira.Storage.Redis.Tests.Support;

/// <summary>Keeps what is logged.</summary>
internal sealed class ListLogger : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(int Id, string Text)> lines = new();

    public IReadOnlyCollection<(int Id, string Text)> Lines => lines;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.Enqueue((eventId.Id, formatter(state, exception)));

    public void Dispose()
    {
    }
}
