using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sira.Session.Tests.Support;

/// <summary>Keeps what is logged, as people read it.</summary>
internal sealed class LogTexts : ILogger
{
    private readonly ConcurrentQueue<(int Id, string Text)> texts = new();

    public IReadOnlyCollection<(int Id, string Text)> All => texts;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => texts.Enqueue((eventId.Id, formatter(state, exception)));
}
