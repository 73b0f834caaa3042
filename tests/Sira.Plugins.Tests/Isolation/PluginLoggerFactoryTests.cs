using Microsoft.Extensions.Logging;
using Sira.Plugins.Isolation;

namespace Sira.Plugins.Tests.Isolation;

public class PluginLoggerFactoryTests
{
    [Theory]
    [InlineData("Acme.Search", "Acme.Search")]
    [InlineData("Acme.Search.Index", "Acme.Search.Index")]
    [InlineData("Acme.SearchEngine", "Acme.Search.Acme.SearchEngine")]
    [InlineData("Sira.Gateway", "Acme.Search.Sira.Gateway")]
    public void CreateLogger_AnyCategory_NamesThePlugin(string category, string expected)
    {
        using var host = new ListLoggers();
        using var factory = new PluginLoggerFactory(host, "Acme.Search");

        factory.CreateLogger(category).LogInformation("found {Count}", 3);

        Assert.Equal($"{expected}: found 3", Assert.Single(host.Lines));
    }

    [Fact]
    public void Log_OnceThePluginHasEnded_SaysNothing()
    {
        using var host = new ListLoggers();
        var factory = new PluginLoggerFactory(host, "acme");
        var logger = factory.CreateLogger("acme");
        Assert.True(logger.IsEnabled(LogLevel.Information));

        factory.Dispose();
        logger.LogInformation("still here");

        Assert.False(logger.IsEnabled(LogLevel.Critical));
        Assert.Null(logger.BeginScope("scope"));
        Assert.Empty(host.Lines);
        Assert.False(host.IsDisposed);
    }

    [Fact]
    public void AddProvider_OfAPlugin_IsRefused()
    {
        using var host = new ListLoggers();
        using var factory = new PluginLoggerFactory(host, "acme");

        Assert.Contains("'acme' adds a provider of logs", Assert.Throws<PluginException>(() => factory.AddProvider(null!)).Message, StringComparison.Ordinal);
    }

    private sealed class ListLoggers : ILoggerFactory
    {
        public List<string> Lines { get; } = [];

        public bool IsDisposed { get; private set; }

        public ILogger CreateLogger(string categoryName) => new ListLogger(categoryName, Lines);

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose() => IsDisposed = true;
    }

    private sealed class ListLogger(string category, List<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => throw new NotSupportedException();

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.Add($"{category}: {formatter(state, exception)}");
    }
}
