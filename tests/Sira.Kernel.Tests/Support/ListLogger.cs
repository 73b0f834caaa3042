using Microsoft.Extensions.Logging;

namespace Sira.Kernel.Tests.Support;

/// <summary>Keeps what is logged, by event id.</summary>
internal sealed class ListLogger<T> : ILogger<T>
{
    private readonly List<(int Id, string Message)> entries = [];

    public IReadOnlyList<(int Id, string Message)> Entries
    {
        get
        {
            lock (entries)
            {
                return [.. entries];
            }
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (entries)
        {
            entries.Add((eventId.Id, formatter(state, exception)));
        }
    }
}
