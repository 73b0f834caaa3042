using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends;
using Sira.Decisions;
using Sira.Errors;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration.Rollout;
using Sira.Kernel.Configuration.Versions;
using Sira.Kernel.Time;
using Sira.Requests;
using Sira.Simulation.Time;
using Sira.Testing;

namespace Sira.Tests.Operations;

/// <summary>All of Sira over two backends, of which one may be told to fail, with a configuration in memory and in virtual time.</summary>
internal sealed class OperatedSira : IAsyncDisposable
{
    private readonly ServiceProvider services;

    public OperatedSira(Action<ISiraBuilder>? configure = null, DateTimeOffset? start = null, params (string Key, string Value)[] settings)
    {
        Clock = new VirtualTimeProvider(start);
        Host = new ConfigurationManager();
        foreach (var (key, value) in settings.Length == 0 ? [("Routes:default:Targets", "a/m")] : settings)
        {
            Host["Sira:" + key] = value;
        }

        var collection = new ServiceCollection();
        collection.AddSingleton<IConfiguration>(Host);
        collection.AddSingleton<TimeProvider>(Clock);
        collection.AddSingleton<IRandomSource>(new SeededRandomSource(3));
        collection.AddSira(sira =>
        {
            sira.AddBackend("a", _ => Client(() => IsFailing.Contains("a")));
            sira.AddBackend("b", _ => Client(() => IsFailing.Contains("b")));
            configure?.Invoke(sira);
        });
        services = collection.BuildServiceProvider();
        _ = services.GetRequiredService<IChatClient>();
    }

    public VirtualTimeProvider Clock { get; }

    public ConfigurationManager Host { get; }

    public HashSet<string> IsFailing { get; } = [];

    public ISiraConfiguration Configuration => Get<ISiraConfiguration>();

    public IConfigurationRollouts Rollouts => Get<IConfigurationRollouts>();

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public static Dictionary<string, string?> Changes(params (string Key, string? Value)[] changes) => changes.ToDictionary(change => change.Key, change => change.Value);

    public void Edit(params (string Key, string? Value)[] settings)
    {
        foreach (var (key, value) in settings)
        {
            Host["Sira:" + key] = value;
        }

        ((IConfigurationRoot)Host).Reload();
    }

    public async Task<RouteDecision> AskAsync(string? tenant = null, bool streaming = false)
    {
        var options = new SiraChatOptions { Request = tenant is null ? null : new RequestContext(Clock.GetTimestamp()) { Tenant = tenant } };
        var chat = Get<IChatClient>();
        try
        {
            var response = await Clock.RunAsync(() => streaming ? chat.GetStreamingResponseAsync("Where is the secret garden?", options).ToChatResponseAsync() : chat.GetResponseAsync("Where is the secret garden?", options));
            return response.GetRouteDecision()!;
        }
        catch (RequestFailedException failure)
        {
            return failure.Decision!;
        }
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private static DelegateChatClient Client(Func<bool> fails) => new(
        (_, _) => fails()
            ? Task.FromException<ChatResponse>(new BackendException(BackendErrorKind.BadRequest, "scripted failure."))
            : Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "Behind the ivy.")) { FinishReason = ChatFinishReason.Stop, Usage = new UsageDetails { InputTokenCount = 10, OutputTokenCount = 5 } }),
        (_, _) => StreamAsync(fails));

    private static async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(Func<bool> fails)
    {
        await Task.CompletedTask;
        if (fails())
        {
            throw new BackendException(BackendErrorKind.BadRequest, "scripted failure.");
        }

        yield return new ChatResponseUpdate(ChatRole.Assistant, "Behind the ivy.");
        yield return new ChatResponseUpdate { FinishReason = ChatFinishReason.Stop };
    }
}
