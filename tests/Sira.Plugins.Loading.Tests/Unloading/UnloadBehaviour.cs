using Sira.Plugins.Loading.Tests.Support;

namespace Sira.Plugins.Loading.Tests.Unloading;

/// <summary>Something that plugins do and that may keep their code in memory.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Body">The statements; <c>context</c> is the plugin's context, <c>token</c> the token of the call.</param>
public sealed record UnloadBehaviour(string Name, string Body)
{
    /// <summary>Gets the members of the plugin's type beside the body.</summary>
    public string Members { get; init; } = string.Empty;

    /// <summary>Gets where the plugin does it.</summary>
    public BehaviourPlace Place { get; init; } = BehaviourPlace.Start;

    /// <summary>Gets whether its code leaves memory in a host that heals nothing.</summary>
    public bool UnloadsUnaided { get; init; }

    /// <summary>Gets whether its code leaves memory in a host that heals.</summary>
    public bool IsHealed { get; init; }

    /// <summary>Gets the kind of leak that the leak doctor must name.</summary>
    public string Leak { get; init; } = string.Empty;

    /// <summary>Gets what the leak doctor must name as the root: the kind, a colon, and a part of the name.</summary>
    public string Root { get; init; } = string.Empty;

    /// <summary>Gets the id of the plugin that does it.</summary>
    public string PluginId => "does-" + Name;

    /// <summary>Makes the plugin's package.</summary>
    public byte[] Package() => TestPackage.Create(PluginId, "1.0.0", Source());

    public override string ToString() => Name;

    /// <summary>Makes the plugin's source.</summary>
    public string Source() => $$"""
        using System.Collections.Concurrent; using System.Reflection; using System.Runtime.InteropServices; using System.Text.Json; using System.Diagnostics; using System.Diagnostics.Metrics;
        using Microsoft.Extensions.Configuration; using Microsoft.Extensions.Logging; using Microsoft.Extensions.Options; using Microsoft.Extensions.Primitives; using Sira.Plugins.Loading.Tests.Unloading;

        public sealed class Plugin : ISiraPlugin
        {
            public void Configure(ISiraBuilder sira, PluginContext context)
            {
                sira.AddBackend("leaker", _ => new Client(context));
                {{(Place == BehaviourPlace.Configure ? "Behaviour.Run(context, default);" : string.Empty)}}
            }

            public Task StartAsync(IServiceProvider services, CancellationToken token)
            {
                {{(Place == BehaviourPlace.Start ? "Behaviour.Run(services.GetRequiredService<PluginContext>(), token);" : string.Empty)}}
                return Task.CompletedTask;
            }
        }

        public sealed class Data { public string Name { get; set; } = "n"; public int Number { get; set; } = 7; public List<string> Items { get; set; } = new() { "a" }; }

        public static class Behaviour
        {
            {{Members}}

            public static void Run(PluginContext context, CancellationToken token)
            {
                {{Body}}
                HostState.Ran++;
            }
        }

        public sealed class Client : IChatClient
        {
            private readonly PluginContext context;

            public Client(PluginContext context) => this.context = context;

            public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions options = null, CancellationToken cancellationToken = default)
            {
                {{(Place == BehaviourPlace.Call ? "Behaviour.Run(context, cancellationToken);" : string.Empty)}}
                return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "done")) { FinishReason = ChatFinishReason.Stop });
            }

            public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

            public object GetService(Type serviceType, object serviceKey = null) => null;

            public void Dispose() { }
        }
        """;
}
