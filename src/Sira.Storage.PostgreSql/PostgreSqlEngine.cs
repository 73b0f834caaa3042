using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sira.Kernel.Configuration;
using Sira.Kernel.Time;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.PostgreSql.Changes;
using Sira.Storage.PostgreSql.Connections;
using Sira.Storage.PostgreSql.Events;
using Sira.Storage.PostgreSql.Statements;
using Sira.Storage.PostgreSql.Values;
using Sira.Storage.PostgreSql.Writing;

namespace Sira.Storage.PostgreSql;

/// <summary>Keeps everything in a PostgreSQL database (13 or newer), which many processes may share.</summary>
/// <remarks>
/// <para>What a write survives: <see cref="StorageDurability.PowerLoss"/> is committed to the server's disk, and to replicas where the server is set so. <see cref="StorageDurability.ProcessCrash"/> and <see cref="StorageDurability.Process"/>
/// survive the death of the process that writes, of its host too, but of the server's only after about half a second: they are committed with <c>synchronous_commit = off</c>.</para>
/// <para>Reads, and writes of which the server says that nothing came of them, are tried again for up to two seconds when the server goes away. A write whose connection broke in the middle is not: its error is uncertain.</para>
/// </remarks>
public sealed class PostgreSqlEngine : IStorageEngine
{
    private const int PartitionPage = 100;

    private readonly Database database;
    private readonly ExpirySweeper sweeper;
    private readonly PostgreSqlChanges changes;
    private readonly string partitions;
    private int isDisposed;

    /// <summary>Initializes a new instance; connects to nothing yet.</summary>
    /// <param name="options">Where, and how.</param>
    /// <param name="time">The clock of retries and of the deletion of what has expired; <see langword="null"/> means the system's. Whether a value has expired, the server's clock says.</param>
    /// <param name="loggerFactory">Where to log; <see langword="null"/> means nowhere.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public PostgreSqlEngine(PostgreSqlEngineOptions options, TimeProvider? time = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ConfigurationErrors();
        options.Validate(nameof(PostgreSqlEngineOptions), errors);
        errors.ThrowIfAny();
        Name = options.Name;
        Capabilities = new StorageCapabilities
        {
            Features = StorageFeatures.Conditions | StorageFeatures.TimeToLive | StorageFeatures.Scan | StorageFeatures.AtomicBatch | StorageFeatures.EventLog | StorageFeatures.GlobalOrder
                | StorageFeatures.AtomicAppend | StorageFeatures.ChangeFeed | StorageFeatures.Shared,
            Latency = StorageLatency.Network,
            MaximumDurability = StorageDurability.PowerLoss,
            DefaultDurability = options.Durability,
        };
        database = new Database(options, time ?? TimeProvider.System, new SystemRandomSource(), (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Sira.Storage.PostgreSql"));
        sweeper = new ExpirySweeper(database);
        database.Opened = sweeper.Start;
        changes = new PostgreSqlChanges(database);
        partitions = new PartitionStatements(options.Schema).List;
        var writer = new SingleWriter(database);
        Store = new PostgreSqlStore(database, writer, new BatchWriter(database), Capabilities);
        Events = new PostgreSqlEventLog(database, writer, Capabilities);
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public StorageCapabilities Capabilities { get; }

    /// <inheritdoc />
    public IStore Store { get; }

    /// <inheritdoc />
    public IEventLog Events { get; }

    /// <inheritdoc />
    public IChangeFeed Changes => changes;

    /// <inheritdoc />
    public ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return database.EnsureOpenAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (@namespace is not null)
        {
            StorageArguments.CheckNamespace(@namespace);
        }

        StorePartition? last = null;
        var from = (Namespace: @namespace ?? string.Empty, Tenant: (string?)null);
        while (true)
        {
            var page = await database.ReadAsync((this, from), static (connection, state, token) => state.Item1.PartitionsAsync(connection, state.from, token), cancellationToken).ConfigureAwait(false);
            foreach (var partition in page)
            {
                if (@namespace is not null && partition.Namespace != @namespace)
                {
                    yield break;
                }

                if (partition != last)
                {
                    yield return partition;
                }
            }

            if (page.Count < PartitionPage)
            {
                yield break;
            }

            last = page[^1];
            from = (page[^1].Namespace, page[^1].Tenant);
        }
    }

    /// <summary>Ends subscriptions and background work, and closes the connections that are the engine's own.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0)
        {
            return;
        }

        await changes.DisposeAsync().ConfigureAwait(false);
        await sweeper.DisposeAsync().ConfigureAwait(false);
        await database.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<List<StorePartition>> PartitionsAsync(NpgsqlConnection connection, (string Namespace, string? Tenant) from, CancellationToken cancellationToken)
    {
        var page = new List<StorePartition>();
        var command = database.Command(connection, partitions);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Bind(from.Namespace).Bind(KeyBytes.OfTenant(from.Tenant)).Bind((long)PartitionPage);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    page.Add(new StorePartition(reader.GetString(0), KeyBytes.ToTenant(reader.GetFieldValue<byte[]>(1))));
                }
            }
        }

        return page;
    }
}
