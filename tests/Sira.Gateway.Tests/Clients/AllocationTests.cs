using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Tests.Support;

namespace Sira.Gateway.Tests.Clients;

/// <summary>The promise of <c>docs/benchmarks.md</c> that can be held to on any machine, because bytes do not depend on its load.</summary>
public sealed class AllocationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetStreamingResponseAsync_MoreChunks_AllocatesNoMore(bool waits)
    {
        var few = await MeasureAsync(chunks: 100, waits);
        var many = await MeasureAsync(chunks: 1100, waits);

        // One chunk of 24 bytes more each would be 24000.
        Assert.InRange(many - few, long.MinValue, 1000);
    }

    private static async Task<long> MeasureAsync(int chunks, bool waits)
    {
        var leaf = new MemoryChatClient(chunks, waits);
        var backend = new TestBackend("a") { Client = leaf };
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")), backend);
        var chat = gateway.Chat;
        var least = long.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Stream(chat, leaf, chunks);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    // Not asynchronous, so that everything stays on this thread, whose bytes are counted.
    private static void Stream(IChatClient chat, MemoryChatClient leaf, int chunks)
    {
        var updates = chat.GetStreamingResponseAsync("Hello").GetAsyncEnumerator();
        var count = 0;
        while (Wait(updates.MoveNextAsync()))
        {
            count++;
        }

        End(updates.DisposeAsync());

        // The gateway adds the update with the decision.
        Assert.Equal(chunks + 1, count);

        bool Wait(ValueTask<bool> pending)
        {
            leaf.Open();
            Assert.True(pending.IsCompleted);
            return pending.GetAwaiter().GetResult();
        }

        static void End(ValueTask pending)
        {
            Assert.True(pending.IsCompleted);
            pending.GetAwaiter().GetResult();
        }
    }
}
