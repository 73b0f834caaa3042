using Microsoft.Extensions.Logging;

namespace Sira.Storage.Tests.Support;

/// <summary>Keeps the ids of what is logged.</summary>
internal sealed class ListLogger : ILoggerFactory, ILogger
{
    private readonly List<int> ids = [];

    public int[] Ids
    {
        get
        {
            lock (ids)
            {
                return [.. ids];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (ids)
        {
            ids.Add(eventId.Id);
        }
    }

    public void Dispose()
    {
    }
}
