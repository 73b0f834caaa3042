using System.Globalization;
using Microsoft.Extensions.AI;
using Sira.Kernel.Time;
using Sira.Requests;

namespace Sira.Benchmarks.Support;

/// <summary>Whether memory grows with the number of calls: a million calls through a gateway with everything on, of ever new tenants, users, questions and model ids, so that all that is bounded meets its bound.</summary>
internal static class GrowthReport
{
    private const int Calls = 1_000_000;

    // More of each than what is kept of them: tenant pools, ledger cells (100,000) and cached answers (10,000), routes made for a model id.
    private const int Tenants = 50_000;
    private const int Users = 200_000;
    private const int Models = 5_000;

    private static readonly int[] Marks = [1_000, 100_000, 200_000, 300_000, 400_000, 500_000, 600_000, 700_000, 800_000, 900_000, Calls];

    public static void Write(TextWriter output)
    {
        using var gateway = BenchmarkGateway.Everything(new LeafChatClient(LeafMode.Ready, new SameThreadGate(), chunks: 1), caches: true, limits: true);
        var chat = gateway.Chat;
        var random = new SeededRandomSource(1);
        var started = TimeProvider.System.GetTimestamp();
        var done = 0;
        output.WriteLine("      calls   heap, MB   working set, MB   ledger rows   seconds");
        foreach (var mark in Marks)
        {
            for (; done < mark; done++)
            {
                Ask(chat, random, done).GetAwaiter().GetResult();
            }

            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            var heap = GC.GetTotalMemory(forceFullCollection: true) / 1e6;
            var elapsed = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done,11:N0}   {heap,8:0.0}   {Environment.WorkingSet / 1e6,15:0.0}   {gateway.LedgerRows,11:N0}   {elapsed,7:0}"));
        }
    }

    private static Task<ChatResponse> Ask(IChatClient chat, SeededRandomSource random, int number)
    {
        var caller = new RequestContext(TimeProvider.System.GetTimestamp())
        {
            Tenant = string.Create(CultureInfo.InvariantCulture, $"tenant{(int)(random.NextDouble() * Tenants)}"),
            User = string.Create(CultureInfo.InvariantCulture, $"user{(int)(random.NextDouble() * Users)}"),
        };

        // Most calls take the route; every tenth names a model itself, for which a route is made.
        var model = number % 10 == 0 ? string.Create(CultureInfo.InvariantCulture, $"backend0/model{(int)(random.NextDouble() * Models)}") : null;
        var question = string.Create(CultureInfo.InvariantCulture, $"What is {number} times {number}?");
        return chat.GetResponseAsync([new ChatMessage(ChatRole.User, question)], new SiraChatOptions { MaxOutputTokens = 256, ModelId = model, Request = caller });
    }
}
