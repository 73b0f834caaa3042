// A process to be killed. It consumes a durable topic in the file that the first argument names, publishes numbers to it from the second
// argument on, if there is one, and says on its standard output what was acknowledged ("published 7") and what was handled ("handled 7").
// It ends with its standard input, so that none is left when the test ends. With "state" before the file it counts calls instead.
using System.Globalization;
using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Envelopes;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Messaging;
using Sira.Storage.Victim;

const int Publishers = 8;

if (args is ["state", var kept])
{
    await StateVictim.RunAsync(kept);
    return;
}

await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = args[0] });
await using var journal = new StorageMessageJournal(engine);
await using var bus = new MessageBus(journal: journal);
var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
var codec = new MessageCodec<int>(NumberContext.Default.Int32);
using var topic = bus.Topic<int>("numbers", new() { IsDurable = true, Codec = codec });
await topic.SubscribeAsync(
    (message, _) =>
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"handled {message.Message}"));
        return default;
    },
    new() { Group = "victims", IsDurable = true, Codec = codec, Concurrency = 2, MaximumCrashes = 1000 });
output.WriteLine("ready");

var next = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) - 1 : 0;
for (var i = 0; args.Length > 1 && i < Publishers; i++)
{
    _ = Task.Run(async () =>
    {
        while (true)
        {
            var number = Interlocked.Increment(ref next);
            await topic.PublishAsync(number);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"published {number}"));
        }
    });
}

Console.In.ReadToEnd();
