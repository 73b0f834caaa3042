using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Clients;
using Sira.Gateway.Configuration;
using Sira.Hosting;
using Sira.Kernel.Builder;
using Sira.Kernel.Time;
using Sira.Simulation;
using Sira.Simulation.Time;

namespace Sira.Tests.EndToEnd;

/// <summary>All of Sira over two simulated providers of one wire, in virtual time: a primary and a fallback.</summary>
internal sealed class SimulatedSira : IAsyncDisposable
{
    private readonly SiraInstance instance;

    public SimulatedSira(string wire, Action<RouteBuilder>? route = null, Action<ISiraBuilder>? configure = null)
    {
        Primary = new SimulatedProvider(Clock);
        Secondary = new SimulatedProvider(Clock);
        instance = SiraInstance.Create(sira =>
        {
            sira.Services.AddSingleton<TimeProvider>(Clock);
            sira.Services.AddSingleton<IRandomSource>(new SeededRandomSource(5));
            Add(sira, wire, "primary").SimulateBackend("primary", Primary);
            Add(sira, wire, "secondary").SimulateBackend("secondary", Secondary);
            sira.AddRoute("default", builder =>
            {
                builder.To("primary/" + ModelOf(wire)).FallBackTo("secondary/" + ModelOf(wire));
                route?.Invoke(builder);
            });
            configure?.Invoke(sira);
        });
    }

    public static string[] Wires { get; } = ["chat", "responses", "anthropic", "gemini"];

    public VirtualTimeProvider Clock { get; } = new();

    public SimulatedProvider Primary { get; }

    public SimulatedProvider Secondary { get; }

    public ISira Sira => instance;

    public IChatClient Chat => instance.GetChatClient();

    public Task<ChatResponse> AskAsync(bool streaming, ChatOptions? options = null, string text = "Tell me about bridges.", CancellationToken cancellationToken = default) =>
        Clock.RunAsync(() => streaming
            ? Chat.GetStreamingResponseAsync(text, options, cancellationToken).ToChatResponseAsync(cancellationToken)
            : Chat.GetResponseAsync(text, options, cancellationToken));

    public ValueTask DisposeAsync() => instance.DisposeAsync();

    private static string ModelOf(string wire) => wire switch
    {
        "anthropic" => "claude-haiku-4-5",
        "gemini" => "gemini-2.5-flash-lite",
        _ => "gpt-4.1-mini",
    };

    private static ISiraBuilder Add(ISiraBuilder sira, string wire, string name) => wire switch
    {
        "anthropic" => sira.AddAnthropic(name, options => options.ApiKeys.Add("key-1")),
        "gemini" => sira.AddGemini(name, options => options.ApiKeys.Add("key-1")),
        _ => sira.AddOpenAI(name, options =>
        {
            options.Api = wire;
            options.ApiKeys.Add("key-1");
        }),
    };
}
