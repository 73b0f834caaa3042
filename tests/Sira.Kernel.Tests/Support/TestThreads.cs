using System.Collections.Concurrent;
using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Support;

/// <summary>Threads that begin together.</summary>
internal static class TestThreads
{
    /// <summary>Runs <paramref name="body"/> on each of <paramref name="count"/> threads, with its index and a random source of its own, and fails if one of them throws.</summary>
    public static void Run(int count, Action<int, IRandomSource> body)
    {
        var failures = new ConcurrentQueue<Exception>();
        using var together = new Barrier(count);
        var threads = Enumerable.Range(0, count).Select(index => new Thread(() =>
        {
            together.SignalAndWait();
            try
            {
                body(index, new SeededRandomSource(index));
            }
            catch (Exception exception)
            {
                failures.Enqueue(exception);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Empty(failures);
    }
}
