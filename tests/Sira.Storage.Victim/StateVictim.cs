using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Ledger;
using Sira.Hosting;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.State;

namespace Sira.Storage.Victim;

/// <summary>Makes calls and keeps the ledger in a file. Says what it found ("found 7"), what it has entered ("entered 8") and what is kept for certain ("kept 8").</summary>
internal static class StateVictim
{
    public static async Task RunAsync(string path)
    {
        await using var sira = await SiraInstance.CreateAsync(builder => builder
            .AddSqliteStorage(options: new SqliteEngineOptions { Path = path })
            .AddStateStorage(new StateStorageOptions { Interval = TimeSpan.FromMilliseconds(100) })
            .AddBackend("mine", static _ => new Echo()));
        var output = Console.Out;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"found {Answered(sira)}"));
        var chat = sira.GetChatClient();
        var keeper = sira.GetService<IStateKeeper>()!;
        for (var i = 1; ; i++)
        {
            await chat.GetResponseAsync("Hello", new ChatOptions { ModelId = "mine/echo" });
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"entered {Answered(sira)}"));
            if (i % 7 == 0)
            {
                await keeper.SaveAsync();
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"kept {Answered(sira)}"));
            }
        }
    }

    private static long Answered(SiraInstance sira) => sira.Ledger.Query(new LedgerQuery()) is [var row] ? row.Answered : 0;

    private sealed class Echo : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "Hello")) { FinishReason = ChatFinishReason.Stop });

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
            {
                yield return update;
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
