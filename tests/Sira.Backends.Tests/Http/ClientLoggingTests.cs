using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sira.Backends.Tests.Support;

namespace Sira.Backends.Tests.Http;

public sealed class ClientLoggingTests
{
    private const string Answer = """{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}""";

    [Fact]
    public async Task Call_DefaultLogging_WritesNoLinesOfTheHttpClient()
    {
        var logs = new Logs();
        using var harness = Create(logs, static _ => { });
        harness.Network.ThenJson(Answer);

        await harness.LoadOne().GetChatClient("m").GetResponseAsync("Hi");

        Assert.DoesNotContain(logs.Lines, static line => line.StartsWith("System.Net.Http", StringComparison.Ordinal));
        Assert.Contains(logs.Lines, static line => line.EndsWith("Backend openai is ready: openai at https://api.openai.com/v1, API keys: 1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_HostAsksForTheLines_WritesThem(bool before)
    {
        var logs = new Logs();
        using var harness = Create(logs, services => services.AddHttpClient("sira:openai").AddDefaultLogger(), before);
        harness.Network.ThenJson(Answer);

        await harness.LoadOne().GetChatClient("m").GetResponseAsync("Hi");

        Assert.Contains(logs.Lines, static line => line.StartsWith("System.Net.Http.HttpClient.sira:openai", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Call_ClientOfTheHost_KeepsItsLines()
    {
        var logs = new Logs();
        using var harness = Create(logs, static services => services.AddHttpClient("host"));
        harness.Network.ThenJson(Answer);
        harness.LoadOne();
        await using var services = harness.Services.BuildServiceProvider();

        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("host");
        await client.GetStringAsync(new Uri("https://host.test"));

        Assert.Contains(logs.Lines, static line => line.StartsWith("System.Net.Http.HttpClient.host", StringComparison.Ordinal));
    }

    private static BackendHarness Create(Logs logs, Action<IServiceCollection> http, bool before = true)
    {
        var harness = new BackendHarness(sira =>
        {
            sira.AddOpenAI(static options => options.ApiKeys.Add("k"));
            if (before)
            {
                http(sira.Services);
            }
        });
        harness.Services.AddLogging(builder => builder.AddProvider(logs));
        if (!before)
        {
            http(harness.Services);
        }

        return harness;
    }

    private sealed class Logs : ILoggerProvider, ILogger
    {
        private string category = string.Empty;

        public List<string> Lines { get; private init; } = [];

        public ILogger CreateLogger(string categoryName) => new Logs { Lines = Lines, category = categoryName };

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add($"{category}: {formatter(state, exception)}");

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
