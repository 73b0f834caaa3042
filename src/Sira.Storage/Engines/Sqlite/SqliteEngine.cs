using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;
using Sira.Storage.Changes;
using Sira.Storage.Errors;
using Sira.Storage.Keys;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>Keeps everything in one file of SQLite: embedded, durable, for one process at a time.</summary>
/// <remarks>
/// <para>In write-ahead mode: reads do not wait for writes. Writes that come at once are committed together (group commit).</para>
/// <para>A write that survives <see cref="StorageDurability.ProcessCrash"/> is with the operating system when it returns (<c>synchronous = NORMAL</c>); after a power failure the last of them may be gone, but never one before another that is there. One that survives <see cref="StorageDurability.PowerLoss"/> has waited for the disk (<c>synchronous = FULL</c>).</para>
/// </remarks>
public sealed class SqliteEngine : IBackupEngine
{
    private readonly SqliteEngineOptions options;
    private readonly TimeProvider time;
    private readonly ChangeHub changes;
    private readonly SemaphoreSlim opening = new(1);
    private volatile SqliteFile? file;
    private volatile bool isClosed;

    /// <summary>Initializes a new instance. Opens nothing yet.</summary>
    /// <param name="options">Where and how; <see langword="null"/> means the defaults.</param>
    /// <param name="time">The clock; <see langword="null"/> means the system's.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public SqliteEngine(SqliteEngineOptions? options = null, TimeProvider? time = null)
    {
        this.options = options ?? new SqliteEngineOptions();
        var errors = new ConfigurationErrors();
        this.options.Validate(nameof(SqliteEngineOptions), errors);
        errors.ThrowIfAny();
        this.time = time ?? TimeProvider.System;
        changes = new ChangeHub(Name);
        Capabilities = new()
        {
            Features = StorageFeatures.Conditions | StorageFeatures.TimeToLive | StorageFeatures.Scan | StorageFeatures.AtomicBatch | StorageFeatures.EventLog
                | StorageFeatures.GlobalOrder | StorageFeatures.AtomicAppend | StorageFeatures.ChangeFeed,
            MaximumDurability = StorageDurability.PowerLoss,
            DefaultDurability = this.options.Durability,
        };
        (Store, Events) = (new SqliteStore(this, Capabilities), new SqliteEventLog(this, Capabilities));
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

    internal DateTimeOffset Now => time.GetUtcNow();

    /// <inheritdoc />
    public async ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfClosed();
            file ??= SqliteFile.Open(options, time, changes);
        }
        finally
        {
            opening.Release();
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (@namespace is not null)
        {
            StorageArguments.CheckNamespace(@namespace);
        }

        foreach (var partition in await ReadAsync(@namespace, static (reader, name) => reader.ReadPartitions(name), cancellationToken).ConfigureAwait(false))
        {
            yield return partition;
        }
    }

    /// <inheritdoc />
    public async ValueTask BackupAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        await SqliteBackup.WriteAsync(Name, options.Path, path, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts a backup in the place of a file that no engine has open. What is there is replaced at once or not at all.</summary>
    /// <param name="backup">The backup, as <see cref="BackupAsync"/> wrote it. It is checked first, and stays.</param>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when it is in place and on the disk.</returns>
    /// <exception cref="StorageException">The backup is damaged, or of a newer version, or an engine has the file open.</exception>
    public static ValueTask RestoreAsync(string backup, string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(backup);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return SqliteBackup.RestoreAsync(backup, path, cancellationToken);
    }

    /// <summary>Waits for what is being written, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        isClosed = true;
        await opening.WaitAsync().ConfigureAwait(false);
        try
        {
            if (file is { } open)
            {
                file = null;
                await open.DisposeAsync().ConfigureAwait(false);
            }

            changes.End();
        }
        finally
        {
            opening.Release();
        }
    }

    internal static StorageException Closed(string name) => new(StorageErrorKind.Closed, name, $"The engine '{name}' was closed. Open another.");

    internal ValueTask<TResult> ReadAsync<TArguments, TResult>(TArguments arguments, Func<SqliteReader, TArguments, TResult> read, CancellationToken cancellationToken)
    {
        return file is { } open ? open.Readers.ReadAsync(arguments, read, cancellationToken) : OpenAndReadAsync();

        async ValueTask<TResult> OpenAndReadAsync()
        {
            await OpenAsync(cancellationToken).ConfigureAwait(false);
            return await (file ?? throw Closed(Name)).Readers.ReadAsync(arguments, read, cancellationToken).ConfigureAwait(false);
        }
    }

    internal ValueTask<TResult> WriteAsync<TArguments, TResult>(TArguments arguments, Func<SqliteTables, TArguments, TResult> run, StorageDurability durability, CancellationToken cancellationToken)
    {
        return file is { } open ? open.Writer.WriteAsync(arguments, run, durability, cancellationToken) : OpenAndWriteAsync();

        async ValueTask<TResult> OpenAndWriteAsync()
        {
            await OpenAsync(cancellationToken).ConfigureAwait(false);
            return await (file ?? throw Closed(Name)).Writer.WriteAsync(arguments, run, durability, cancellationToken).ConfigureAwait(false);
        }
    }

    private void ThrowIfClosed()
    {
        if (isClosed)
        {
            throw Closed(Name);
        }
    }
}
