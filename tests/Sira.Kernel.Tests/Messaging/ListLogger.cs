using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sira.Kernel.Messaging;

namespace Sira.Kernel.Tests.Messaging;

/// <summary>Keeps what the bus logs.</summary>
internal sealed class ListLogger : ILogger<MessageBus>
{
    public ConcurrentQueue<(EventId Id, Exception? Exception, string Text)> Entries { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Entries.Enqueue((eventId, exception, formatter(state, exception)));
}
