using Microsoft.Extensions.Logging;
using Sira.Kernel.Time;
using Sira.Storage.Capabilities;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.LargeValues;

/// <summary>Writes large values where they are kept, and removes them. Each has a name of its own and is never changed: what reads it reads all of it or nothing.</summary>
internal sealed class OutOfLineValues(IStorageEngine main, IStorageEngine large, LargeValueOptions options, TimeProvider time, IRandomSource random, ILogger logger)
{
    // Longer than this no engine keeps anything.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_525);

    public LargeValueOptions Options => options;

    public IStorageEngine Engine => large;

    public OwnerRecord Owner { get; } = new(main.Name, main.Store, random);

    /// <summary>Tells whether a value is large.</summary>
    public bool IsLarge(in StoreKey key, int length) => length > options.Over && !options.ReadOnly && options.Matches(key.Namespace) && LargeValueAddress.Fits(key, large.Capabilities.MaximumNameLength);

    /// <summary>Tells whether a write may take the place of a large value, which is to be removed then. One into a namespace that has large values no more may too; those are found by a sweep.</summary>
    public bool MayReplace(in StoreKey key, WriteCondition condition) => (condition.IsNone || !condition.ETag.IsNone) && options.Matches(key.Namespace) && LargeValueAddress.Fits(key, large.Capabilities.MaximumNameLength);

    /// <summary>Returns what stands under a key, for a write that may replace it; <see langword="null"/> also where it cannot be read, which is no reason not to replace it.</summary>
    public async ValueTask<StoreEntry?> FindAsync(StoreKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await main.Store.GetAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException exception) when (IsUnreadable(exception))
        {
            return null;
        }
    }

    /// <summary>Tells whether something is there that nobody can read any more: damaged, or encrypted with a key that was erased.</summary>
    public static bool IsUnreadable(StorageException exception) => exception.Kind is StorageErrorKind.Corrupt or StorageErrorKind.KeyUnknown or StorageErrorKind.Incompatible;

    /// <summary>Tells whether a write that has thrown has changed nothing for certain.</summary>
    public static bool IsNotMade(Exception exception) => exception is ArgumentException or NotSupportedException or StorageException { IsUncertain: false };

    /// <summary>Returns what a write to the main engine has to survive. One that replaces a large value, as much as it can: if a power failure took it back, what it replaced would be asked for again, and is removed.</summary>
    public StorageDurability? DurabilityOf(StorageDurability? asked, bool isReplacing) => isReplacing ? main.Capabilities.MaximumDurability : asked;

    /// <summary>Makes what was read of the main engine survive as much as it can, before something is removed because of it: engines keep writes in their order, so that one that lasts makes all before it last.</summary>
    public async ValueTask SettleAsync(CancellationToken cancellationToken) =>
        await main.Store.PutAsync(new StoreKey(LargeValueAddress.OwnNamespace, "barrier"), default, new PutOptions(Durability: main.Capabilities.MaximumDurability), cancellationToken).ConfigureAwait(false);

    /// <summary>Writes a value under a new name. Nothing refers to it yet. It survives as much as its engine can give, whatever was asked: the pointer, in another engine, may reach the disk before it otherwise.</summary>
    public async ValueTask<ValuePointer> WriteAsync(StoreKey key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken)
    {
        var owner = await Owner.GetAsync(cancellationToken).ConfigureAwait(false);
        var put = new PutOptions(
            large.Capabilities.Has(StorageFeatures.Conditions) ? WriteCondition.Absent : default,
            Outlive(timeToLive),
            large.Capabilities.MaximumDurability);
        while (true)
        {
            var pointer = new ValuePointer(owner, ValuePointer.IdOf(time.GetUtcNow(), Ids.Random(random)), value.Length);
            try
            {
                if ((await large.Store.PutAsync(LargeValueAddress.Of(key, pointer), value, put, cancellationToken).ConfigureAwait(false)).IsDone)
                {
                    return pointer;
                }
            }
            catch (StorageException exception) when (exception.IsUncertain)
            {
                // Whether it is there or not, nobody will ever look for it: under the key nothing has changed.
                throw new StorageException(exception.Kind, exception.Engine, $"The value of '{key}' was not written. {exception.Message}", exception);
            }
        }
    }

    /// <summary>Checks that a sweep has not yet reason to take a value for left over that is about to be referred to.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="begun">When writing it began.</param>
    public void CheckAge(in StoreKey key, long begun)
    {
        if (time.GetElapsedTime(begun) is var elapsed && elapsed > options.GarbageAge / 2)
        {
            throw new StorageException(StorageErrorKind.Timeout, large.Name, $"The value of '{key}' was not written: '{large.Name}' took {elapsed} for it, and after half of {nameof(LargeValueOptions.GarbageAge)} ({options.GarbageAge}) it may be taken for left over. Raise that, or look why it is so slow.");
        }
    }

    /// <summary>Removes a value that nothing refers to any more. What is not removed now is removed by a sweep, so it is no reason to fail a write that was made.</summary>
    public async ValueTask RemoveAsync(StoreKey key, ValuePointer? pointer, CancellationToken cancellationToken)
    {
        if (pointer is not { } unused)
        {
            return;
        }

        try
        {
            await large.Store.DeleteAsync(LargeValueAddress.Of(key, unused), default, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            logger.LeftOver(exception, main.Name, large.Name);
        }
    }

    // Behind its pointer by more than clocks differ: the pointer decides when the value is gone.
    private TimeSpan? Outlive(TimeSpan? timeToLive) =>
        timeToLive is not { } kept || !large.Capabilities.Has(StorageFeatures.TimeToLive) ? null
        : kept < Longest - options.GarbageAge ? kept + options.GarbageAge
        : null;
}
