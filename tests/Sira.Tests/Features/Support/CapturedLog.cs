using System.Text;
using Microsoft.Extensions.Logging;

namespace Sira.Tests.Features.Support;

/// <summary>Keeps everything that is logged, of every category at every level, exceptions and scopes included.</summary>
internal sealed class CapturedLog : ILoggerProvider, ILogger
{
    private readonly StringBuilder text = new();

    public string Text
    {
        get
        {
            lock (text)
            {
                return text.ToString();
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        Append(state.ToString());
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Append(formatter(state, exception));
        Append(exception?.ToString());
        if (state is IEnumerable<KeyValuePair<string, object?>> values)
        {
            Append(string.Join(' ', values.Select(static value => $"{value.Key}={value.Value}")));
        }
    }

    public void Dispose()
    {
    }

    private void Append(string? line)
    {
        lock (text)
        {
            text.AppendLine(line);
        }
    }
}
