using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.Migration.Records;

namespace Sira.Storage.Migration;

/// <summary>An engine of which one namespace can be moved to another engine while it is read and written. <see cref="StorageMigration"/> moves it.</summary>
/// <remarks>
/// <para>Everything else of the source is passed through. Until the cut-over the source decides conditions and is the truth; from then on, also after a restart, the target is: the record of it stands in the namespace <c>sira.migrations</c> of both.</para>
/// <para><b>Within one process.</b> Whoever writes the namespace past this engine, from here or elsewhere, is not mirrored. For the time of the migration <see cref="StorageFeatures.Shared"/> is not declared.</para>
/// <para>The tags of values, the positions of <see cref="IEventLog.ReadAllAsync"/> and the times of events are other ones behind the cut-over. A condition on a tag of before does not hold; a reader of positions begins anew.</para>
/// </remarks>
public sealed class MigratingEngine : IStorageEngine
{
    private readonly bool leaveOpen;

    /// <summary>Initializes a new instance. Opens nothing, and begins nothing.</summary>
    /// <param name="source">Where the namespace is.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="namespace">The namespace.</param>
    /// <param name="options">How; <see langword="null"/> means the defaults.</param>
    /// <param name="time">The clock; <see langword="null"/> means the system's.</param>
    /// <param name="loggerFactory">Where the phases and failures are logged; <see langword="null"/> for nowhere.</param>
    /// <param name="leaveOpen">Whether the two engines stay open when this one is closed.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">The namespace is none, or the target cannot do what is needed.</exception>
    public MigratingEngine(IStorageEngine source, IStorageEngine target, string @namespace, MigrationOptions? options = null, TimeProvider? time = null, ILoggerFactory? loggerFactory = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        StorageArguments.CheckNamespace(@namespace);
        options ??= new MigrationOptions();
        var errors = new ConfigurationErrors();
        options.Validate(nameof(MigrationOptions), errors);
        errors.ThrowIfAny();
        CheckFeatures(source, target, @namespace);
        this.leaveOpen = leaveOpen;
        Capabilities = Combine(source.Capabilities, target.Capabilities);
        Core = new MigrationCore(source, target, @namespace, options, time ?? TimeProvider.System, (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<MigratingEngine>());
        var operations = new MigrationOperations(Core);
        Store = new MigratingStore(Core, operations, Capabilities);
        Events = source.Events is null ? null : new MigratingEventLog(Core, operations, Capabilities);
        Feed = source.Changes is null || target.Changes is null ? null : new MigratingChangeFeed(Core, operations);
    }

    /// <inheritdoc />
    public string Name => Core.Source.Name;

    /// <summary>Gets the namespace that is migrated.</summary>
    public string Namespace => Core.Namespace;

    /// <summary>Gets what both engines can do, within the narrower limits.</summary>
    public StorageCapabilities Capabilities { get; }

    /// <inheritdoc />
    public IStore Store { get; }

    /// <inheritdoc />
    public IEventLog? Events { get; }

    /// <inheritdoc />
    public IChangeFeed? Changes => Feed;

    internal MigrationCore Core { get; }

    internal MigratingChangeFeed? Feed { get; }

    /// <inheritdoc />
    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => Core.OpenAsync(cancellationToken);

    /// <inheritdoc />
    public async IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Core.OpenAsync(cancellationToken).ConfigureAwait(false);
        var isMoved = Core.Route == MigrationRoute.Target;
        if (!isMoved || @namespace != Namespace)
        {
            await foreach (var partition in Core.Source.ListPartitionsAsync(@namespace, cancellationToken).ConfigureAwait(false))
            {
                if (!isMoved || partition.Namespace != Namespace)
                {
                    yield return partition;
                }
            }
        }

        if (isMoved && (@namespace is null || @namespace == Namespace))
        {
            await foreach (var partition in Core.Target.ListPartitionsAsync(Namespace, cancellationToken).ConfigureAwait(false))
            {
                yield return partition;
            }
        }
    }

    /// <summary>Waits for the writes that are under way, and closes the two engines unless they are left open.</summary>
    public async ValueTask DisposeAsync()
    {
        await Core.DisposeAsync().ConfigureAwait(false);
        if (!leaveOpen)
        {
            await Core.Source.DisposeAsync().ConfigureAwait(false);
            await Core.Target.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static void CheckFeatures(IStorageEngine source, IStorageEngine target, string @namespace)
    {
        if (ReferenceEquals(source, target) || @namespace == MigrationRecords.Namespace)
        {
            throw new ArgumentException($"'{@namespace}' cannot be migrated from '{source.Name}' to '{target.Name}'. Name two engines, and another namespace than '{MigrationRecords.Namespace}', where the migrations themselves are noted.");
        }

        var needed = StorageFeatures.Scan | StorageFeatures.Conditions;
        var missing = (needed & ~source.Capabilities.Features) | ((needed | (source.Capabilities.Features & (StorageFeatures.TimeToLive | StorageFeatures.EventLog))) & ~target.Capabilities.Features);
        if (missing != StorageFeatures.None)
        {
            throw new ArgumentException($"'{@namespace}' cannot be migrated from '{source.Name}' to '{target.Name}', because {missing} is not declared by both. Choose an engine that declares it.");
        }
    }

    private static StorageCapabilities Combine(StorageCapabilities one, StorageCapabilities other) => new()
    {
        Features = one.Features & other.Features & ~StorageFeatures.Shared,
        MaximumDurability = one.MaximumDurability < other.MaximumDurability ? one.MaximumDurability : other.MaximumDurability,
        DefaultDurability = one.DefaultDurability < other.DefaultDurability ? one.DefaultDurability : other.DefaultDurability,
        MaximumNameLength = Math.Min(one.MaximumNameLength, other.MaximumNameLength),
        MaximumValueLength = Math.Min(one.MaximumValueLength, other.MaximumValueLength),
        MaximumBatchLength = Math.Min(one.MaximumBatchLength, other.MaximumBatchLength),
    };
}
