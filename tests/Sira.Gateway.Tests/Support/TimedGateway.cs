using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Gateway.Configuration;
using Sira.Models;

namespace Sira.Gateway.Tests.Support;

/// <summary>The gateway over models that take their time: one route <c>default</c>, each model a target <c>a/name</c>.</summary>
internal sealed class TimedGateway : IAsyncDisposable
{
    private readonly Dictionary<string, TimedChatClient> models = [];

    public TimedGateway(Action<RouteBuilder> route, params ModelDescriptor[] descriptors)
    {
        foreach (var descriptor in descriptors)
        {
            Backend.With(descriptor);
            Backend.Own[descriptor.Id] = models[descriptor.Id] = new TimedChatClient();
        }

        Gateway = new TestGateway(
            sira => sira.AddRoute("default", builder =>
            {
                builder.To([.. descriptors.Select(descriptor => "a/" + descriptor.Id)]);
                route(builder);
            }),
            Backend);
        foreach (var model in models.Values)
        {
            model.Clock = Gateway.Clock;
        }
    }

    public TestGateway Gateway { get; }

    public TestBackend Backend { get; } = new("a");

    public TimedChatClient this[string model] => models[model];

    /// <summary>Asks so often, one call after the other, and a pause after each.</summary>
    public async Task AskAsync(int times, bool streaming, TimeSpan pause = default, ChatOptions? options = null)
    {
        for (var i = 0; i < times; i++)
        {
            await Gateway.AskAsync(streaming, options);
            Gateway.Clock.Advance(pause);
        }
    }

    /// <summary>Asks one target past its route.</summary>
    public async Task WarmAsync(string model, int times, bool streaming = false)
    {
        for (var i = 0; i < times; i++)
        {
            await Gateway.AskAsync(streaming, new ChatOptions { ModelId = "a/" + model });
        }
    }

    public RouteDecision Explain(ChatOptions? options = null, string text = "Hello") => Gateway.Sira.Explain([new ChatMessage(ChatRole.User, text)], options);

    public double ScoreOf(string model, ChatOptions? options = null, string text = "Hello") => Explain(options, text).Candidates.Single(candidate => candidate.Target == "a/" + model).Score!.Value;

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
