using Microsoft.Extensions.AI;

namespace Sira.Benchmarks.Support;

/// <summary>One leaf and everything that is compared over it.</summary>
internal sealed class Subjects : IDisposable
{
    private readonly SameThreadGate gate = new();
    private readonly BenchmarkGateway oneTarget;
    private readonly BenchmarkGateway loaded;
    private readonly BenchmarkGateway recovering;
    private readonly TelemetryListeners? listeners;
    private readonly ChatMessage[] messages = [new(ChatRole.System, "You are terse."), new(ChatRole.User, "What is the capital of France?")];
    private readonly ChatOptions options = new() { MaxOutputTokens = 256, Temperature = 0.2f };

    public Subjects(LeafMode mode, int chunks = 1, bool isListening = false, TimeProvider? time = null)
    {
        listeners = isListening ? new TelemetryListeners() : null;
        Bare = new LeafChatClient(mode, gate, chunks);
        Layers = EmptyLayer.Wrap(Bare);
        Iterator = new IteratorLayer(Bare);
        Polly = new PollyChatClient(Bare);
        oneTarget = BenchmarkGateway.OneTarget(Bare, time);
        loaded = BenchmarkGateway.Loaded(Bare, time);
        recovering = BenchmarkGateway.Recovering(Bare);
        (OneTarget, Loaded, Recovering) = (oneTarget.Chat, loaded.Chat, recovering.Chat);
    }

    public IChatClient Bare { get; }

    public IChatClient Layers { get; }

    public IChatClient Iterator { get; }

    public IChatClient Polly { get; }

    public IChatClient OneTarget { get; }

    public IChatClient Loaded { get; }

    public IChatClient Recovering { get; }

    public async Task<ChatResponse> AskAsync(IChatClient client)
    {
        var pending = client.GetResponseAsync(messages, options);
        gate.Open();
        return await pending.ConfigureAwait(false);
    }

    public async Task<int> StreamAsync(IChatClient client)
    {
        var count = 0;
        var updates = client.GetStreamingResponseAsync(messages, options).GetAsyncEnumerator();
        await using (updates.ConfigureAwait(false))
        {
            while (true)
            {
                var pending = updates.MoveNextAsync();
                gate.Open();
                if (!await pending.ConfigureAwait(false))
                {
                    return count;
                }

                count++;
            }
        }
    }

    public void Dispose()
    {
        listeners?.Dispose();
        oneTarget.Dispose();
        loaded.Dispose();
        recovering.Dispose();
    }
}
