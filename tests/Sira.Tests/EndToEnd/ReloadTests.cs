using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Clients;
using Sira.Kernel.Registry;
using Sira.Simulation;

namespace Sira.Tests.EndToEnd;

/// <summary>A real file that changes under load: every request is answered, on the configuration that it began with.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sira-reload-").FullName;

    private string File => Path.Combine(folder, "appsettings.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Write(params string[] targets) => System.IO.File.WriteAllText(
        File,
        $$"""{ "Sira": { "Routes": { "default": { "Targets": [ {{string.Join(", ", targets.Select(target => $"\"{target}\""))}} ] }, "extra{{targets.Length}}": { "Targets": [ "openai/gpt-4.1-mini" ] } } } }""");

    private (ServiceProvider Services, IConfigurationRoot Configuration) Start()
    {
        var configuration = new ConfigurationBuilder().AddJsonFile(File, optional: false, reloadOnChange: false).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSira(sira => sira.AddSimulatedBackends());
        return (services.BuildServiceProvider(), configuration);
    }

    [Fact]
    public async Task ChangedFile_IsInForceAfterReload_AndABrokenOneIsNot()
    {
        Write("openai/gpt-4.1-mini");
        var (services, configuration) = Start();
        await using var _ = services;
        var chat = services.GetRequiredService<IChatClient>();
        Assert.Equal("openai/gpt-4.1-mini", (await AskAsync(chat)).Target);

        Write("anthropic/claude-haiku-4-5", "openai/gpt-4.1-mini");
        configuration.Reload();
        Assert.Equal("anthropic/claude-haiku-4-5", (await AskAsync(chat)).Target);
        Assert.Contains("extra2", services.GetRequiredService<ISira>().Routes);

        Write("nobody/nothing");
        configuration.Reload();
        var decision = await AskAsync(chat);
        Assert.Equal("anthropic/claude-haiku-4-5", decision.Target);

        Write("gemini/gemini-2.5-flash-lite");
        configuration.Reload();
        Assert.Equal("gemini/gemini-2.5-flash-lite", (await AskAsync(chat)).Target);
        Assert.DoesNotContain("extra2", services.GetRequiredService<ISira>().Routes);
    }

    [Fact]
    public async Task RefusedFile_LeavesBudgetsAndBreakersAsTheyWere()
    {
        void WriteLimits(int requests, int failures, string target) => System.IO.File.WriteAllText(
            File,
            $$"""{ "Sira": { "Breaker": { "ConsecutiveFailures": {{failures}} }, "Routes": { "default": { "Targets": [ "{{target}}" ], "Budget": { "Requests": {{requests}} } } } } }""");

        WriteLimits(1, 3, "openai/gpt-4.1-mini");
        var (services, configuration) = Start();
        await using var _ = services;
        var chat = services.GetRequiredService<IChatClient>();
        await AskAsync(chat);

        WriteLimits(100, 1, "nobody/nothing");
        configuration.Reload();

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => AskAsync(chat));
        Assert.Equal(RequestFailureKind.BudgetExceeded, failure.Kind);
        var endpoint = Assert.Single(services.GetRequiredService<IServiceRegistry>().GetSnapshot("models").Endpoints);
        Assert.Equal(3, endpoint.Breaker.Options.ConsecutiveFailures);
    }

    [Fact]
    public async Task ReloadsUnderLoad_FailNoRequest()
    {
        Write("openai/gpt-4.1-mini");
        var (services, configuration) = Start();
        await using var _ = services;
        var chat = services.GetRequiredService<IChatClient>();
        using var stop = new CancellationTokenSource();
        var targets = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        var workers = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested || i < 20; i++)
            {
                var decision = await AskAsync(chat, streaming: (i + worker) % 2 == 0);
                targets.AddOrUpdate(decision.Target!, 1, static (_, count) => count + 1);
            }
        })).ToArray();

        string[][] variants = [["openai/gpt-4.1-mini"], ["anthropic/claude-haiku-4-5", "openai/gpt-4.1-mini"], ["gemini/gemini-2.5-flash-lite"], ["nobody/nothing"]];
        for (var i = 0; i < 40; i++)
        {
            Write(variants[i % variants.Length]);
            configuration.Reload();
            await Task.Yield();
        }

        await stop.CancelAsync();
        await Task.WhenAll(workers);

        Assert.InRange(targets.Count, 1, 3);
        Assert.All(services.GetRequiredService<ISira>().Targets, target => Assert.Equal(0, target.InFlight));
    }

    private static async Task<RouteDecision> AskAsync(IChatClient chat, bool streaming = false)
    {
        var response = streaming ? await chat.GetStreamingResponseAsync("Hello").ToChatResponseAsync() : await chat.GetResponseAsync("Hello");
        Assert.NotEmpty(response.Text);
        return response.GetRouteDecision()!;
    }
}
