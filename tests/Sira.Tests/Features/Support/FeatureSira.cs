using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Configuration;
using Sira.Gateway.Clients;
using Sira.Gateway.Configuration;
using Sira.Hosting;
using Sira.Kernel.Builder;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Tests.Features.Support;

/// <summary>All of Sira over scripted providers, one for each backend, in virtual time. Backends are named after what they speak, such as <c>mistral</c> or <c>responses</c>.</summary>
internal sealed class FeatureSira : IAsyncDisposable
{
    public const string Key = "sk-feature-tests-0123456789abcdef";

    private readonly SiraInstance instance;
    private readonly Dictionary<string, ProviderDouble> providers = [];

    public FeatureSira(string backend, Action<RouteBuilder>? route = null, Action<ISiraBuilder>? configure = null, Action<BackendOptions>? options = null, string? model = null)
        : this([backend], route, configure, options, model)
    {
    }

    /// <summary>The backends fall back to each other in this order.</summary>
    public FeatureSira(string[] backends, Action<RouteBuilder>? route = null, Action<ISiraBuilder>? configure = null, Action<BackendOptions>? options = null, string? model = null)
    {
        Backends = backends;
        instance = SiraInstance.Create(sira =>
        {
            sira.Services.AddSingleton<TimeProvider>(Clock);
            sira.Services.AddSingleton<IRandomSource>(new SeededRandomSource(7));
            foreach (var backend in backends)
            {
                var provider = providers[backend] = new ProviderDouble(WireOf(backend));
                Add(sira, backend, options);
                sira.Services.AddHttpClient("sira:" + backend).ConfigurePrimaryHttpMessageHandler(() => provider);
            }

            sira.AddRoute("default", builder =>
            {
                builder.To(Target(backends[0], model)).FallBackTo([.. backends.Skip(1).Select(backend => Target(backend, null))]);
                route?.Invoke(builder);
            });
            configure?.Invoke(sira);
        });
    }

    public static string[] ChatDialects { get; } = ["openai", "azure", "deepseek", "groq", "mistral", "xai", "openrouter", "ollama", "compatible", "together"];

    public static string[] ResponsesDialects { get; } = ["responses", "azure-responses", "xai-responses", "openrouter-responses"];

    public static string[] All { get; } = [.. ChatDialects, .. ResponsesDialects, "anthropic", "gemini"];

    /// <summary>One backend for each wire.</summary>
    public static string[] Wires { get; } = ["openai", "responses", "anthropic", "gemini"];

    public string[] Backends { get; }

    public VirtualTimeProvider Clock { get; } = new();

    public ISira Sira => instance;

    public IChatClient Chat => instance.GetChatClient();

    public ProviderDouble Provider => providers[Backends[0]];

    public ProviderDouble this[string backend] => providers[backend];

    public static string WireOf(string backend) => backend switch
    {
        "anthropic" or "gemini" => backend,
        _ => ResponsesDialects.Contains(backend) ? "responses" : "chat",
    };

    public static string Target(string backend, string? model) => $"{backend}/{model ?? backend switch
    {
        "anthropic" => "claude-haiku-4-5",
        "gemini" => "gemini-2.5-flash",
        _ => "some-model",
    }}";

    public Task<ChatResponse> AskAsync(bool streaming, ChatOptions? options = null, params ChatMessage[] messages)
    {
        ChatMessage[] asked = messages.Length > 0 ? messages : [new(ChatRole.User, "Hi")];
        return Clock.RunAsync(() => streaming
            ? Chat.GetStreamingResponseAsync(asked, options).ToChatResponseAsync()
            : Chat.GetResponseAsync(asked, options));
    }

    public ValueTask DisposeAsync() => instance.DisposeAsync();

    private static void Add(ISiraBuilder sira, string backend, Action<BackendOptions>? more)
    {
        void Configure(BackendOptions options)
        {
            options.ApiKeys.Add(Key);
            options.Api = WireOf(backend) == "responses" ? "responses" : null;
            options.Endpoint = backend is "azure" or "azure-responses" ? new Uri("https://example.openai.azure.com") : backend == "compatible" ? new Uri("https://example.com/v1") : null;
            more?.Invoke(options);
        }

        _ = backend.Split('-')[0] switch
        {
            "openai" or "responses" => sira.AddOpenAI(backend, Configure),
            "azure" => sira.AddAzureOpenAI(backend, Configure),
            "deepseek" => sira.AddDeepSeek(backend, Configure),
            "groq" => sira.AddGroq(backend, Configure),
            "mistral" => sira.AddMistral(backend, Configure),
            "xai" => sira.AddXai(backend, Configure),
            "openrouter" => sira.AddOpenRouter(backend, Configure),
            "ollama" => sira.AddOllama(backend, Configure),
            "compatible" => sira.AddOpenAICompatible(backend, Configure),
            "together" => sira.AddTogether(backend, Configure),
            "anthropic" => sira.AddAnthropic(backend, Configure),
            "gemini" => sira.AddGemini(backend, Configure),
            _ => throw new ArgumentException($"No backend '{backend}'."),
        };
    }
}
