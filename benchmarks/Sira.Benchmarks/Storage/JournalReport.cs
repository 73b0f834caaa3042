using System.Diagnostics;
using System.Globalization;
using Sira.Benchmarks.Support;
using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Envelopes;
using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Messaging.Topics;
using Sira.Storage;
using Sira.Storage.Capabilities;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Events;
using Sira.Storage.Messaging;

namespace Sira.Benchmarks.Storage;

/// <summary>How many durable messages a second go through the bus and its journal on SQLite, from their publication until a durable group has handled them, beside the bare appending of the same bytes.</summary>
internal static class JournalReport
{
    private const int Rounds = 5;
    private const int Messages = 100_000;
    private const int MessagesToDisk = 20_000;
    private const int BatchLength = 512;
    private const int Syncs = 200;

    // What the journal makes of such a message: 210 bytes of envelope and 75 of header.
    private const int RecordLength = 285;

    private static readonly string Text = new('x', 200);
    private static readonly MessageCodec<string> Codec = new(JournalMessages.Default.String);

    public static async Task WriteAsync(TextWriter output)
    {
        output.WriteLine($"Messages of {Text.Length} bytes over SQLite, fastest and slowest of {Rounds} rounds, and the processor time of one message");
        foreach (var durability in (StorageDurability[])[StorageDurability.ProcessCrash, StorageDurability.PowerLoss])
        {
            var count = durability is StorageDurability.PowerLoss ? MessagesToDisk : Messages;
            output.WriteLine($"  {durability}");
            await WriteAsync(output, "append batches of 512", count, durability, AppendAsync);
            await WriteAsync(output, "publish, 512 at once", count, durability, (engine, messages) => PublishAsync(engine, messages, isHandled: false, BatchLength));
            await WriteAsync(output, "publish and handle, 512 at once", count, durability, (engine, messages) => PublishAsync(engine, messages, isHandled: true, BatchLength));
            await WriteAsync(output, "publish and handle, 64 at once", count / 4, durability, (engine, messages) => PublishAsync(engine, messages, isHandled: true, BatchLength / 8));
        }

        using var folder = new TemporaryFolder();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  probe: one write of 4 KiB with fsync {Sync(folder.File).TotalMicroseconds / Syncs:0} us"));
    }

    private static async Task WriteAsync(TextWriter output, string name, int messages, StorageDurability durability, Func<SqliteEngine, int, Task> run)
    {
        var (fastest, slowest, least) = (TimeSpan.MaxValue, TimeSpan.Zero, TimeSpan.MaxValue);
        for (var round = -1; round < Rounds; round++)
        {
            using var folder = new TemporaryFolder();
            await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = folder.File, Durability = durability });
            await engine.OpenAsync();
            var (started, busy) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            await run(engine, messages);
            var taken = Stopwatch.GetElapsedTime(started);
            busy = Environment.CpuUsage.TotalTime - busy;

            // The first warms up.
            if (round >= 0)
            {
                (fastest, slowest, least) = (taken < fastest ? taken : fastest, taken > slowest ? taken : slowest, busy < least ? busy : least);
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {name,-34} {messages / fastest.TotalSeconds,9:#,0} /s {messages / slowest.TotalSeconds,9:#,0} /s {least.TotalMicroseconds / messages,6:0.00} us"));
    }

    private static async Task AppendAsync(SqliteEngine engine, int messages)
    {
        var batch = Enumerable.Repeat(new EventData("message", new byte[RecordLength]), BatchLength).ToArray();
        for (var left = messages; left > 0; left -= BatchLength)
        {
            await engine.Events.AppendAsync(new("bus", "log"), ExpectedVersion.Any, batch);
        }
    }

    private static async Task PublishAsync(IStorageEngine engine, int messages, bool isHandled, int atOnce)
    {
        await using var journal = new StorageMessageJournal(engine);
        await using var bus = new MessageBus(journal: journal);
        using var topic = bus.Topic<string>("orders", new() { IsDurable = true, Codec = Codec });
        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = messages;
        if (isHandled)
        {
            await topic.SubscribeAsync(
                (_, _) =>
                {
                    if (Interlocked.Decrement(ref left) == 0)
                    {
                        handled.TrySetResult();
                    }

                    return default;
                },
                new() { Group = "g", IsDurable = true, Start = JournalStart.Oldest });
        }

        var publishing = new Task[atOnce];
        for (var i = 0; i < atOnce; i++)
        {
            publishing[i] = PublishAsync(topic, (messages / atOnce) + (i < messages % atOnce ? 1 : 0));
        }

        await Task.WhenAll(publishing);
        if (isHandled)
        {
            await handled.Task;
        }
    }

    private static async Task PublishAsync(ITopic<string> topic, int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            await topic.PublishAsync(Text);
        }
    }

    // What waiting for the disk costs here and now, whoever does it.
    private static TimeSpan Sync(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Syncs; i++)
        {
            file.Write(block);
            file.Flush(flushToDisk: true);
        }

        return Stopwatch.GetElapsedTime(started);
    }
}
