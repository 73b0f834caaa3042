using System.Globalization;
using System.Text;
using Sira.Storage;
using Sira.Storage.Capabilities;
using Sira.Storage.Events;
using Sira.Storage.Writing;

namespace Sira.Testing.Crashes;

/// <summary>The side that is killed: writes, and says on a stream what was acknowledged, one line <c>{worker} {step}</c> each.</summary>
public static class CrashWriter
{
    /// <summary>Writes for ever, going on where it stood.</summary>
    public static Task RunAsync(IStorageEngine engine, int workers, Stream output)
    {
        var gate = new Lock();
        return Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() => WorkAsync(engine, worker, step =>
        {
            var line = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{worker} {step}\n"));
            lock (gate)
            {
                output.Write(line);
                output.Flush();
            }
        }))));
    }

    private static async Task WorkAsync(IStorageEngine engine, int worker, Action<long> acknowledge)
    {
        var step = await engine.Store.GetAsync(CrashKeys.Head(worker)) is { } head ? CrashKeys.ReadNumber(head.Value.Span) : 0;
        if (step > 0 && step % CrashKeys.SingleEvery == 0)
        {
            // The last one was killed between the two writes of this step, or behind them.
            await engine.Store.PutAsync(CrashKeys.Single(worker), CrashKeys.Number(step));
        }

        while (true)
        {
            step++;
            var number = CrashKeys.Number(step);

            // Some of the writes wait for the disk, as far as the engine can: both ways have to hold.
            var durability = step % 2 == 0 ? StorageDurability.ProcessCrash : engine.Capabilities.MaximumDurability;
            var batch = new StoreBatch { Durability = durability }
                .Put(CrashKeys.Head(worker), number)
                .Put(CrashKeys.Item(worker, step), CrashKeys.Payload(worker, step), WriteCondition.Absent)
                .Append(CrashKeys.Stream(worker), ExpectedVersion.Of(step - 1), [new EventData("step", number)])
                .Put(CrashKeys.Copy(worker), number);
            if (!(await engine.Store.WriteAsync(batch)).IsDone)
            {
                throw new InvalidOperationException($"Step {step} of worker {worker} was refused: its head and its stream do not fit.");
            }

            if (step % CrashKeys.SingleEvery == 0)
            {
                await engine.Store.PutAsync(CrashKeys.Single(worker), number, new() { Durability = durability });
            }

            acknowledge(step);
        }
    }
}
