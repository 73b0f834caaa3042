using Sira.Storage;
using Sira.Storage.Keys;
using Xunit;

namespace Sira.Testing.Crashes;

/// <summary>Looks whether what the workers have left is whole.</summary>
internal sealed class CrashVerifier(int workers, Random random)
{
    private readonly long[] verified = new long[workers];

    // The last step that was ever tried: a single value may be there whose batch was forgotten with the server, since it is another write.
    private readonly long[] tried = new long[workers];

    /// <summary>How many steps were found at the last look.</summary>
    public long Steps => verified.Sum();

    /// <summary>The last step of a worker that was found at the last look.</summary>
    public long Found(int worker) => verified[worker];

    /// <summary>Looks at what one worker has left.</summary>
    /// <param name="engine">The engine, opened after the crash.</param>
    /// <param name="worker">Whose.</param>
    /// <param name="least">The last step whose batch must be there.</param>
    /// <param name="most">The last step that may be there.</param>
    /// <param name="leastSingle">The last step whose single value must be there.</param>
    /// <param name="where">Which look this is, for the message of a failure.</param>
    public async Task VerifyAsync(IStorageEngine engine, int worker, long least, long most, long leastSingle, string where)
    {
        where = $"{where}, worker {worker}";
        tried[worker] = Math.Max(tried[worker], most);
        var head = await NumberAsync(engine, CrashKeys.Head(worker));
        var single = await NumberAsync(engine, CrashKeys.Single(worker));
        Assert.True(head >= least, $"Lost: {least} was acknowledged or found before, and {head} is there ({where}).");
        Assert.True(head <= most, $"Never asked for, or said not to be made: {most} is the last that may be there, and {head} is ({where}).");
        Assert.True(head == await NumberAsync(engine, CrashKeys.Copy(worker)), $"Torn: the values of a batch differ ({where}).");
        Assert.True(head == await engine.Events!.GetVersionAsync(CrashKeys.Stream(worker)), $"Torn: values and events of a batch differ ({where}).");
        Assert.True(single >= leastSingle, $"Lost: a single value; {leastSingle} was acknowledged, and {single} is there ({where}).");
        Assert.True(single <= tried[worker], $"Never asked for: a single value of {single} ({where}).");

        // What was there before is looked at now and then only, or long loops would take for ever.
        var from = random.Next(20) == 0 ? 0 : Math.Min(verified[worker], head);
        var next = from;
        while (next < head)
        {
            var page = await engine.Events.ReadAsync(CrashKeys.Stream(worker), next);
            foreach (var item in page.Events)
            {
                Assert.True(item.Version == ++next && CrashKeys.ReadNumber(item.Data.Span) == next, $"Event {next} is missing or another ({where}).");
            }
        }

        for (var step = from + 1; step <= head; step++)
        {
            var item = await engine.Store.GetAsync(CrashKeys.Item(worker, step));
            Assert.True(item is { } found && found.Value.Span.SequenceEqual(CrashKeys.Payload(worker, step)), $"Value {step} is missing or another ({where}).");
        }

        Assert.True(await engine.Store.GetAsync(CrashKeys.Item(worker, head + 1)) is null, $"Torn: value {head + 1} is there without its batch ({where}).");
        verified[worker] = head;
    }

    private static async Task<long> NumberAsync(IStorageEngine engine, StoreKey key) => await engine.Store.GetAsync(key) is { } entry ? CrashKeys.ReadNumber(entry.Value.Span) : 0;
}
