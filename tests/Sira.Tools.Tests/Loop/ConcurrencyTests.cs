using Microsoft.Extensions.AI;
using Sira.Testing;
using static Sira.Tools.Tests.Plan;

namespace Sira.Tools.Tests.Loop;

public sealed class ConcurrencyTests
{
    [Theory]
    [InlineData(false, 1, 1)]
    [InlineData(true, 1, 1)]
    [InlineData(false, 3, 3)]
    [InlineData(true, 3, 3)]
    [InlineData(false, 100, 10)]
    [InlineData(true, 100, 10)]
    public async Task Ask_ManyCalls_RunsNoMoreThanAllowedAndAnswersInOrder(bool streaming, int allowed, int expected)
    {
        var (running, most) = (0, 0);
        var gates = Enumerable.Range(0, 10).Select(_ => new TaskCompletionSource()).ToArray();
        var started = new List<int>();
        var tool = AIFunctionFactory.Create(
            async (int i) =>
            {
                started.Add(i);
                most = Math.Max(most, ++running);
                await gates[i].Task;
                running--;
                return i * i;
            },
            "square");
        using var script = new ScriptedChatClient().Reply([.. Enumerable.Range(0, 10).Select(i => Call($"{i}", "square", ("i", i)))]).Reply("done");

        var asking = Client(script, o => o.MaxConcurrency = allowed).AskAsync(streaming, "go", With(tool));
        Assert.Equal(Enumerable.Range(0, expected), started);

        // The last that runs ends first, so that an order of completion would show.
        while (!asking.IsCompleted && gates.Any(gate => !gate.Task.IsCompleted))
        {
            gates[started.Last(i => !gates[i].Task.IsCompleted)].SetResult();
        }

        var response = await asking;
        Assert.Equal(expected, most);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), response.Messages[1].Contents.Cast<FunctionResultContent>().Select(result => result.CallId));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"result {i} {i * i}"), Render(response.Messages[1])["tool: ".Length..].Split(" | "));
    }

    [Fact]
    public async Task Ask_ManyRequestsAtOnce_DoNotMix()
    {
        var tool = AIFunctionFactory.Create(async (int i) => { await Task.Yield(); return i; }, "id");
        var client = new FunctionCallingChatClient(new EchoingModel());

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => client.AskAsync(i % 2 == 0, $"{i}", With(tool)))));

        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), answers.Select(answer => answer.Messages[^1].Text));
    }

    /// <summary>Calls a tool with the number that it was sent, then answers with the result.</summary>
    private sealed class EchoingModel : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            var last = messages.Last();
            return Task.FromResult(new ChatResponse(last.Role == ChatRole.Tool
                ? new ChatMessage(ChatRole.Assistant, $"{((FunctionResultContent)last.Contents[^1]).Result}")
                : new ChatMessage(ChatRole.Assistant, [.. Enumerable.Range(0, 5).Select(n => Call($"{n}", "id", ("i", int.Parse(last.Text))))])));
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages,
            ChatOptions? options = null,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
            {
                await Task.Yield();
                yield return update;
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
