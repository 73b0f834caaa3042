using System.Diagnostics;
using Microsoft.Extensions.AI;
using Sira.Gateway.Attempts;
using Sira.Gateway.Degradation;
using Sira.Gateway.Streaming;
using Sira.Kernel.Diagnostics;
using Sira.Models;

namespace Sira.Gateway.Clients;

/// <summary>The gateway proper as a chat client: the innermost client of the pipeline, through which every model call goes.</summary>
internal sealed class GatewayChatClient(CallFactory calls, string? route) : IChatClient, IContextWindowSource
{
    private readonly ChatClientMetadata metadata = new("sira");
    private readonly ClientRoute clientRoute = new(route);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<ChatResponse>(cancellationToken);
        }

        var list = CallFactory.Materialise(messages);
        GatewayCall? call = null;
        try
        {
            call = calls.Create(list, options, route, streaming: false);
            calls.Mirror(call, list, options);
        }
        catch (Exception exception)
        {
            calls.Services.InFlight.Exit(call?.Lane ?? CallsInFlight.Refused);

            // What a caller gets wrong about the call itself, such as an unknown route, comes through the task like every other failure.
            return Task.FromException<ChatResponse>(exception);
        }

        var answer = UnaryAttempts.RunAsync<ChatOperation, ChatResponse>(call, new ChatOperation(list, options), calls.Services, cancellationToken);
        return call.Route.StaticAnswer is null ? answer : StaticAnswer.OrElseAsync(answer, call);
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GatewayStream.ReadAsync(calls, route, CallFactory.Materialise(messages), options, cancellationToken);

    public ContextWindow Find(ChatOptions? options) => calls.FindWindow(options, route);

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
        {
            return null;
        }

        return serviceType == typeof(ChatClientMetadata) ? metadata
            : serviceType == typeof(ActivitySource) ? SiraDiagnostics.ActivitySource
            : serviceType == typeof(ClientRoute) ? clientRoute
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    public void Dispose()
    {
        // Backends own their clients; the container owns the backends.
    }
}
