using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Configuration;
using Sira.Gateway.Ledger;
using Sira.Models;

namespace Sira.Gateway.Tests.Support;

/// <summary>The gateway over two paced models: <c>a/m</c> first and <c>b/n</c> after it.</summary>
internal sealed class PacedGateway : IAsyncDisposable
{
    public static readonly ModelPricing Pricing = new() { Input = 10m, Output = 40m };

    public PacedGateway(Action<RouteBuilder>? route = null, Action<GatewayOptions>? gateway = null, IConfigurationRoot? configuration = null, ModelPricing? pricingOfB = null)
    {
        BackendA = Backend("a", "m", A, Pricing);
        BackendB = Backend("b", "n", B, pricingOfB ?? Pricing);
        Gateway = new TestGateway(
            sira =>
            {
                sira.AddRoute("default", builder =>
                {
                    builder.To("a/m", "b/n");
                    route?.Invoke(builder);
                });
                sira.ConfigureGateway(options => gateway?.Invoke(options));
            },
            configuration,
            BackendA,
            BackendB);
        A.Clock = B.Clock = Gateway.Clock;
    }

    public PacedChatClient A { get; } = new();

    public PacedChatClient B { get; } = new();

    public TestBackend BackendA { get; }

    public TestBackend BackendB { get; }

    public TestGateway Gateway { get; }

    public Task<ChatResponse> AskAsync(bool streaming, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Gateway.AskAsync(streaming, options, cancellationToken: cancellationToken);

    /// <summary>Begins a call; for use inside <c>Clock.RunAsync</c>.</summary>
    public Task<ChatResponse> BeginAsync(bool streaming = false, ChatOptions? options = null, CancellationToken cancellationToken = default) => streaming
        ? Gateway.Chat.GetStreamingResponseAsync("Hello", options, cancellationToken).ToChatResponseAsync(cancellationToken)
        : Gateway.Chat.GetResponseAsync("Hello", options, cancellationToken);

    public LedgerRow Ledger(string? target = null) => Gateway.Sira.Ledger.Query(new LedgerQuery { Target = target }) is [var row] ? row : new LedgerRow();

    /// <summary>Asserts that nothing runs any more, at the gateway and at the models.</summary>
    public void AssertIdle()
    {
        Gateway.AssertIdle();
        Assert.Equal((0, 0), (A.Open, B.Open));
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    private static TestBackend Backend(string name, string model, IChatClient client, ModelPricing pricing)
    {
        var backend = new TestBackend(name).With(new ModelDescriptor(model) { Pricing = pricing, MaxOutputTokens = 1000 });
        backend.Own[model] = client;
        return backend;
    }
}
