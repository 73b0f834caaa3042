using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.AI;

namespace Plugins;

/// <summary>Business code that goes on asking while plugins come and go.</summary>
internal sealed class Callers(IChatClient chat, string model)
{
    private const int AtOnce = 8;

    private readonly ConcurrentQueue<(string? Answer, double Milliseconds)> calls = new();

    public int Failed => calls.Count(static call => call.Answer is null);

    /// <summary>Gets the answers, in the order in which they first came, and how often and how fast.</summary>
    public IEnumerable<(string Answer, int Count, double Median, double Slowest)> Answers => calls
        .Where(static call => call.Answer is not null)
        .GroupBy(static call => call.Answer!)
        .Select(static group => (group.Key, group.Select(static call => call.Milliseconds).Order().ToArray()))
        .Select(static group => (group.Key, group.Item2.Length, group.Item2[group.Item2.Length / 2], group.Item2[^1]));

    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(() => CallAsync(cancellationToken), CancellationToken.None)));

    private async Task CallAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = default(string);
            try
            {
                answer = (await chat.GetResponseAsync("Ada", new ChatOptions { ModelId = model }, CancellationToken.None)).Text;
            }
            catch (Sira.Errors.RequestFailedException)
            {
                // Counted as failed; after a pause, as callers should.
                await Task.Delay(10, CancellationToken.None);
            }

            calls.Enqueue((answer, Stopwatch.GetElapsedTime(started).TotalMilliseconds));
        }
    }
}
