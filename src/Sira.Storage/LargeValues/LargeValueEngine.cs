using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Configuration;
using Sira.Kernel.Time;
using Sira.Storage.Capabilities;
using Sira.Storage.Codecs;
using Sira.Storage.Keys;

namespace Sira.Storage.LargeValues;

/// <summary>Keeps the large values of one engine in another, as PostgreSQL does with its TOAST tables: under the key stands a pointer, and everything that is decided by tags, conditions, batches and expiries is decided by it.</summary>
/// <remarks>
/// <para>A large value is written first, under a name that nothing has had before, then the pointer; when the pointer is replaced or deleted, the value behind it is removed. So a pointer always has its value, whatever fails in between, and what can be left over is a value without a pointer, which <see cref="SweepAsync"/> removes.</para>
/// <para>Events are not split: they stay in the main engine. So does a large value whose namespace has more than 53 characters or begins with <c>sira.</c>, or whose name leaves no room for 49 bytes more.</para>
/// <para>Writing or deleting where there may be a large value reads what stands there first. Of several who replace one large value at once, the values of all but the last may be left over until the next sweep.</para>
/// <para>Both engines belong together from then on: neither can be restored, copied or exchanged without the other.</para>
/// </remarks>
public sealed class LargeValueEngine : IStorageEngine
{
    private readonly IStorageEngine main;
    private readonly IStorageEngine large;
    private readonly bool leaveOpen;
    private readonly LeftOvers leftOvers;
    private readonly ILogger logger;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="main">The engine of the small values, the pointers and the events.</param>
    /// <param name="large">The engine of the large values. Several main engines may share it, and it may keep other things.</param>
    /// <param name="options">Which values are large; <see langword="null"/> means the defaults.</param>
    /// <param name="time">The clock; <see langword="null"/> means the system's.</param>
    /// <param name="random">Where new names come from; <see langword="null"/> means the system's.</param>
    /// <param name="loggerFactory">Where sweeps are logged; <see langword="null"/> for nowhere.</param>
    /// <param name="leaveOpen">Whether the two engines stay open when this one is closed.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range, or the engines cannot be used together; all mistakes at once.</exception>
    public LargeValueEngine(IStorageEngine main, IStorageEngine large, LargeValueOptions? options = null, TimeProvider? time = null, IRandomSource? random = null, ILoggerFactory? loggerFactory = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(main);
        ArgumentNullException.ThrowIfNull(large);
        options ??= new LargeValueOptions();
        var errors = new ConfigurationErrors();
        options.Validate(nameof(LargeValueOptions), errors);
        options.Check(nameof(LargeValueOptions), main, large, errors);
        errors.ThrowIfAny();
        (this.main, this.large, this.leaveOpen) = (main, large, leaveOpen);
        time ??= TimeProvider.System;
        logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<LargeValueEngine>();
        Capabilities = Combine(main.Capabilities, large.Capabilities);
        Options = options;
        var outside = new OutOfLineValues(main, large, options, time, random ?? SystemRandomSource.Instance, logger);
        leftOvers = new LeftOvers(main, outside, time);
        Store = new LargeValueStore(main, outside, new LargeValueReader(main, large), time, Capabilities);
        Events = main.Events is { } events ? new LargeValueEventLog(events, Capabilities) : null;
    }

    /// <summary>Gets the name of the main engine.</summary>
    public string Name => main.Name;

    /// <summary>Gets what the main engine can do, within what both survive and take. <see cref="StorageFeatures.Shared"/> only if both have it.</summary>
    public StorageCapabilities Capabilities { get; }

    /// <inheritdoc />
    public IStore Store { get; }

    /// <inheritdoc />
    public IEventLog? Events { get; }

    /// <inheritdoc />
    public IChangeFeed? Changes => main.Changes;

    internal LargeValueOptions Options { get; }

    /// <summary>Returns how a codec over the engine of the large values has to encode them: as the namespaces that they belong to, and with the keys of the same subjects, so that erasing a subject reaches them.</summary>
    /// <param name="options">How the values of the main engine are encoded.</param>
    public static CodecOptions ExtendCodec(CodecOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return LargeValueAddress.Extend(options);
    }

    /// <inheritdoc />
    public async ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        await main.OpenAsync(cancellationToken).ConfigureAwait(false);
        await large.OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes the large values that nothing refers to and that are older than <see cref="LargeValueOptions.GarbageAge"/>. May run at any time, in several processes at once, and be given up and repeated. Reads the names of all large values, and for each what stands under its key.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="Errors.StorageException">One of the engines failed; what was removed is gone.</exception>
    public async ValueTask<LargeValueSweep> SweepAsync(CancellationToken cancellationToken = default)
    {
        var found = await leftOvers.RemoveAsync(cancellationToken).ConfigureAwait(false);
        if (found.Removed > 0 || found.Unreadable > 0)
        {
            logger.Swept(main.Name, large.Name, found.Removed, found.Kept, found.Unreadable);
        }

        return found;
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var partition in main.ListPartitionsAsync(@namespace, cancellationToken).ConfigureAwait(false))
        {
            // Whose large values are whose must not be moved to where others have their own.
            if (!LargeValueAddress.IsOwn(partition.Namespace))
            {
                yield return partition;
            }
        }
    }

    /// <summary>Closes the two engines unless they are left open.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!leaveOpen)
        {
            await main.DisposeAsync().ConfigureAwait(false);
            await large.DisposeAsync().ConfigureAwait(false);
        }
    }

    internal static int MaximumLength(StorageCapabilities main, StorageCapabilities large) => Math.Min(main.MaximumValueLength - StoredForm.HeaderLength, large.MaximumValueLength);

    private static StorageCapabilities Combine(StorageCapabilities main, StorageCapabilities large) => main with
    {
        Features = large.Has(StorageFeatures.Shared) ? main.Features : main.Features & ~StorageFeatures.Shared,
        MaximumDurability = main.MaximumDurability < large.MaximumDurability ? main.MaximumDurability : large.MaximumDurability,
        Latency = main.Latency > large.Latency ? main.Latency : large.Latency,
        MaximumValueLength = MaximumLength(main, large),
    };
}
