using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Caching;
using Sira.Gateway.Events;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Builder;
using Sira.Requests;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Caching.Support;

/// <summary>The gateway with a cache over one counted model, in virtual time.</summary>
internal sealed class CacheGateway : IAsyncDisposable
{
    private readonly TestGateway gateway;

    public CacheGateway(Action<CacheOptions>? cache = null, Action<ISiraBuilder>? configure = null, IConfigurationRoot? configuration = null)
    {
        var backend = new TestBackend("a");
        gateway = new TestGateway(
            sira =>
            {
                sira.AddRoute("default", route => route.To("a/m").Retry(retry => retry.MaxRetriesPerTarget = 0)).AddRoute("other", route => route.To("a/m"));
                configure?.Invoke(sira);
                sira.UseCache(cache);
            },
            configuration,
            backend);
        backend.Own["m"] = Model = new CountedModel(gateway.Clock);
        Bus.Subscribe<CacheHit>(Hits.Add);
        Bus.Subscribe<CacheMiss>(Misses.Add);
    }

    public CountedModel Model { get; }

    public List<CacheHit> Hits { get; } = [];

    public List<CacheMiss> Misses { get; } = [];

    public VirtualTimeProvider Clock => gateway.Clock;

    public IChatClient Chat => gateway.Chat;

    public Kernel.Messaging.IMessageBus Bus => gateway.Bus;

    public TestGateway Gateway => gateway;

    public IServiceProvider Services => gateway.Services;

    /// <summary>The cache inside.</summary>
    public ResponseCache Cache => gateway.Services.GetRequiredService<ResponseCache>();

    public static SiraChatOptions With(CacheMode mode) => new() { Cache = new CacheControl(mode) };

    public static SiraChatOptions Tenant(string? tenant, string? user = null) => new() { Request = new RequestContext(0) { Tenant = tenant, User = user } };

    public Task<ChatResponse> AskAsync(string text = "What is a bridge?", ChatOptions? options = null, bool streaming = false, CancellationToken cancellationToken = default) =>
        gateway.AskAsync(streaming, options, text, cancellationToken);

    /// <summary>Asks without moving the clock.</summary>
    public Task<ChatResponse> BeginAsync(bool streaming = false, string text = "What is a bridge?", ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        streaming ? Chat.GetStreamingResponseAsync(text, options, cancellationToken).ToChatResponseAsync(cancellationToken) : Chat.GetResponseAsync(text, options, cancellationToken);

    public void AssertIdle()
    {
        Assert.Equal(0, Cache.Flights.Count);
        Assert.Equal(0, Model.Running);
        gateway.AssertIdle();
    }

    public ValueTask DisposeAsync() => gateway.DisposeAsync();
}
