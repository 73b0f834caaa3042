using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;
using Sira.Storage.Changes;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.RocksDb.Backup;
using Sira.Storage.RocksDb.Opening;
using Sira.Storage.RocksDb.Reading;

namespace Sira.Storage.RocksDb;

/// <summary>Keeps everything in a RocksDB database in a folder: for much data, and many writes, of one process.</summary>
/// <remarks>
/// <para>Needs the library of RocksDB, 7.8 or newer, which the system or the application brings.</para>
/// <para>Reads, and small writes that find nobody before them, are made on the caller's thread and end before the call returns; writes that survive a power loss share the flushing of the disk. After a write has failed no more are taken, since it is not known what the disk has: remove the cause, then call <see cref="OpenAsync"/>.</para>
/// </remarks>
public sealed class RocksDbEngine : IBackupEngine
{
    private readonly RocksDbEngineOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly DatabaseHost host;
    private readonly ChangeHub changes;
    private readonly RocksDbErrors errors;

    /// <summary>Initializes a new instance. The database is opened by <see cref="OpenAsync"/>, or by the first use.</summary>
    /// <param name="options">Where and how things are kept.</param>
    /// <param name="time">The clock; <see langword="null"/> means the system's.</param>
    /// <param name="loggers">Where it is logged; <see langword="null"/> for nowhere.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public RocksDbEngine(RocksDbEngineOptions options, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var mistakes = new ConfigurationErrors();
        options.Validate(nameof(RocksDbEngineOptions), mistakes);
        mistakes.ThrowIfAny();
        this.options = options;
        this.time = time ?? TimeProvider.System;
        logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<RocksDbEngine>();
        errors = new RocksDbErrors(options.Name, options.Path);
        changes = new ChangeHub(options.Name);
        host = new DatabaseHost(options, this.time, changes, errors, logger);
        Capabilities = new StorageCapabilities
        {
            Features = StorageFeatures.Conditions | StorageFeatures.TimeToLive | StorageFeatures.Scan | StorageFeatures.AtomicBatch | StorageFeatures.EventLog
                | StorageFeatures.GlobalOrder | StorageFeatures.AtomicAppend | StorageFeatures.ChangeFeed,
            MaximumDurability = StorageDurability.PowerLoss,
            DefaultDurability = options.Durability,
        };
        (Store, Events) = (new RocksDbStore(host, Capabilities), new RocksDbEventLog(host, Capabilities));
    }

    /// <inheritdoc />
    public string Name => options.Name;

    /// <inheritdoc />
    public StorageCapabilities Capabilities { get; }

    /// <inheritdoc />
    public IStore Store { get; }

    /// <inheritdoc />
    public IEventLog Events { get; }

    /// <inheritdoc />
    public IChangeFeed Changes => changes;

    /// <inheritdoc />
    /// <remarks>Opens it again where a write has failed.</remarks>
    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => host.OpenAsync(cancellationToken);

    /// <inheritdoc />
    public async IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (@namespace is not null)
        {
            StorageArguments.CheckNamespace(@namespace);
        }

        for (StorePartition? after = null; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await host.ReadAsync((@namespace, after), static (database, state, _) => PartitionReader.Read(database, state.@namespace, state.after), cancellationToken).ConfigureAwait(false);
            foreach (var partition in page)
            {
                yield return partition;
            }

            if (page.Count < PartitionReader.PageSize)
            {
                break;
            }

            after = page[^1];
        }
    }

    /// <inheritdoc />
    /// <remarks>On the same file system the copy shares its tables with the database until they are rewritten: it takes no time and no room, and is as safe as that disk. Copy the folder elsewhere to survive its loss.</remarks>
    public async ValueTask BackupAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.Exists(folder) || Path.Exists($"{folder}.tmp"))
        {
            throw new ArgumentException($"'{folder}' exists already, or a folder of this name with .tmp. Name one that does not.", nameof(path));
        }

        if (options.IsReadOnly)
        {
            throw errors.NoBackup();
        }

        try
        {
            var check = await host.WorkAsync(database => BackupWriter.Run(database, folder, options, time, cancellationToken), cancellationToken).ConfigureAwait(false);
            logger.BackedUp(Name, folder, check.Values, check.Streams, check.Events);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RocksDbErrors(Name, folder).Translate(exception);
        }
    }

    /// <summary>Rewrites all tables without what has expired or was deleted, which otherwise stays on the disk until the turn of its table comes. Takes its time, and room for a second copy of the largest tables.</summary>
    /// <param name="cancellationToken">Gives up between two parts.</param>
    /// <returns>A task that ends when everything was rewritten.</returns>
    /// <exception cref="StorageException">The engine only reads, or not everything could be rewritten.</exception>
    public async ValueTask CompactAsync(CancellationToken cancellationToken = default)
    {
        if (options.IsReadOnly)
        {
            throw errors.ReadOnly();
        }

        var isDone = await host.WorkAsync(
            database =>
            {
                var before = database.BackgroundErrors;
                foreach (var family in database.Native.Families)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    database.Native.Flush(family);
                    database.Native.Compact(family);
                }

                // RocksDB's C API returns no error of compactions; it counts them.
                return database.BackgroundErrors == before;
            },
            cancellationToken).ConfigureAwait(false);
        if (!isDone)
        {
            throw errors.Of(StorageErrorKind.Unknown, $"Not everything in '{options.Path}' could be rewritten; the LOG file there says why. What is readable stays so");
        }
    }

    /// <summary>Makes the writes that wait, and closes the database.</summary>
    /// <returns>A task that ends when its files are closed.</returns>
    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync().ConfigureAwait(false);
        changes.End();
    }
}
