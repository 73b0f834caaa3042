using Sira.Storage;
using Sira.Storage.Capabilities;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Writing;

namespace Sira.Testing.Crashes;

/// <summary>Writes the steps of one worker, and knows what became of them.</summary>
internal sealed class CrashWorker(IStorageEngine engine, int number)
{
    /// <summary>The last step whose batch was acknowledged.</summary>
    public long Made { get; private set; }

    /// <summary>The last step that may be there: behind <see cref="Made"/> where the engine did not know what became of it.</summary>
    public long MayBeMade { get; private set; }

    /// <summary>What a step waits for: some of the writes wait for the disk, as far as the engine can, and others do not. Both ways have to hold.</summary>
    public static StorageDurability DurabilityOf(IStorageEngine engine, long step) => step % 2 == 0 ? StorageDurability.ProcessCrash : engine.Capabilities.MaximumDurability;

    /// <summary>Looks where the last one stood that was killed, and makes what it may have left out.</summary>
    public async Task ResumeAsync()
    {
        Made = MayBeMade = await engine.Store.GetAsync(CrashKeys.Head(number)) is { } head ? CrashKeys.ReadNumber(head.Value.Span) : 0;
        if (Made > 0 && Made % CrashKeys.SingleEvery == 0)
        {
            // It ended between the two writes of this step, or behind them.
            await engine.Store.PutAsync(CrashKeys.Single(number), CrashKeys.Number(Made));
        }
    }

    /// <summary>Makes the step behind <see cref="Made"/>.</summary>
    /// <returns>Whether all of its writes were acknowledged; <see langword="false"/> where it was refused, because the step before it is not there.</returns>
    public async Task<bool> StepAsync()
    {
        var step = Made + 1;
        var value = CrashKeys.Number(step);
        var durability = DurabilityOf(engine, step);
        var batch = new StoreBatch { Durability = durability }
            .Put(CrashKeys.Head(number), value)
            .Put(CrashKeys.Item(number, step), CrashKeys.Payload(number, step), WriteCondition.Absent)
            .Append(CrashKeys.Stream(number), ExpectedVersion.Of(step - 1), [new EventData("step", value)])
            .Put(CrashKeys.Copy(number), value);
        try
        {
            if (!(await engine.Store.WriteAsync(batch)).IsDone)
            {
                return false;
            }
        }
        catch (StorageException exception)
        {
            MayBeMade = exception.IsUncertain ? step : Made;
            throw;
        }

        Made = MayBeMade = step;
        if (step % CrashKeys.SingleEvery == 0)
        {
            await engine.Store.PutAsync(CrashKeys.Single(number), value, new() { Durability = durability });
        }

        return true;
    }
}
