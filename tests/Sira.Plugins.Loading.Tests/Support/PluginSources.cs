namespace Sira.Plugins.Loading.Tests.Support;

/// <summary>Plugins that several tests use.</summary>
internal static class PluginSources
{
    /// <summary>A plugin with a backend of a name that answers with a text.</summary>
    public static string Backend(string backend, string answer) => $$"""
        public sealed class Plugin : ISiraPlugin
        {
            public void Configure(ISiraBuilder sira, PluginContext context) => sira.AddBackend("{{backend}}", _ => new Client());
        }

        public sealed class Client : IChatClient
        {
            public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions options = null, CancellationToken cancellationToken = default) =>
                Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "{{answer}}")) { FinishReason = ChatFinishReason.Stop });

            public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
            {
                await Task.Yield();
                yield return new ChatResponseUpdate(ChatRole.Assistant, "{{answer}}") { FinishReason = ChatFinishReason.Stop };
            }

            public object GetService(Type serviceType, object serviceKey = null) => null;

            public void Dispose() { }
        }
        """;
}
