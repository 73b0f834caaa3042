using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Clients;
using Sira.Kernel.Plugins;

namespace Sira.Gateway.Plugins;

/// <summary>Gives plugins with the permission <c>models</c> a chat client that calls models through the gateway: the routes and models that they named, such as <c>models: cheap</c> or <c>models: openai/*</c>.</summary>
/// <remarks>The gateway is asked for at the first call: it is built of what plugins contribute, so it is not there yet when they are made.</remarks>
internal sealed class ModelsBroker(IServiceProvider services, TimeProvider time) : IPluginServiceBroker
{
    public string Permission => "models";

    public Type ServiceType => typeof(IChatClient);

    public string? Refuse(string argument) =>
        argument.IndexOf('*', StringComparison.Ordinal) is var star && (star < 0 || star == argument.Length - 1)
            ? null
            : "Write a route or a model as calls name it, such as 'cheap' or 'openai/gpt-5-mini', or 'openai/*' for every model that begins so.";

    // Within the stages, or a stage of a plugin that calls a model would call itself.
    public object Create(PluginGrant grant) => new PluginChatClient(grant, new Lazy<IChatClient>(() => new GatewayChatClient(services.GetRequiredService<CallFactory>(), route: null)), time);
}
