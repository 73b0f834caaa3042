using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Configuration;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;
using Sira.Kernel.Messaging.Topics;
using Sira.Storage.Capabilities;
using Sira.Storage.Errors;
using Sira.Storage.Messaging.Formats;
using Sira.Storage.Messaging.Groups;
using Sira.Storage.Messaging.Records;

namespace Sira.Storage.Messaging;

/// <summary>The journal of the message bus on a storage engine: durable topics survive what the engine survives.</summary>
/// <remarks>
/// <para>Needs an engine with <see cref="Required"/>. Where that is shared, several processes may publish, and each durable group is consumed by whoever opened it last.</para>
/// <para>Thread-safe. An error of the engine becomes a <see cref="JournalException"/> whose cause it is; a full one becomes a <see cref="JournalFullException"/>.</para>
/// </remarks>
public sealed class StorageMessageJournal : IMessageJournal, IAsyncDisposable, IDisposable
{
    /// <summary>What the engine must be able to do.</summary>
    public const StorageFeatures Required = StorageFeatures.Conditions | StorageFeatures.Scan | StorageFeatures.AtomicBatch | StorageFeatures.EventLog | StorageFeatures.AtomicAppend;

    // The bus appends up to 512 messages at once, and a commit should seldom have to be divided.
    private const int SmallestBatch = 1000;
    private const int MaximumPatterns = 1000;

    private readonly ConcurrentDictionary<string, TopicPattern> patterns = new(StringComparer.Ordinal);
    private readonly JournalContext context;
    private readonly RecordLog log;
    private readonly RecordWatch watch;
    private readonly LetterStore letters;
    private readonly GroupRemover remover;
    private readonly GroupStore groups;
    private readonly JournalPruner pruner;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="engine">The engine. It stays its owner's, and is opened at the first use if it is not open.</param>
    /// <param name="options">Where and how; <see langword="null"/> means the defaults.</param>
    /// <param name="time">The clock; <see langword="null"/> means the system's.</param>
    /// <param name="logger">Where damage is logged; <see langword="null"/> means nowhere.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range, or the engine cannot do what the journal needs.</exception>
    public StorageMessageJournal(IStorageEngine engine, StorageJournalOptions? options = null, TimeProvider? time = null, ILogger<StorageMessageJournal>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(engine);
        options ??= new StorageJournalOptions();
        var errors = new ConfigurationErrors();
        options.Validate(nameof(StorageJournalOptions), errors);
        Check(engine, options, nameof(StorageJournalOptions), errors);
        errors.ThrowIfAny();
        Durability = ToJournal(options.Durability ?? engine.Capabilities.DefaultDurability);
        context = new JournalContext(engine, options, new JournalKeys(options.Namespace), time ?? TimeProvider.System, new JournalLog(logger ?? NullLogger<StorageMessageJournal>.Instance));
        log = new RecordLog(context);
        watch = new RecordWatch(context, log);
        letters = new LetterStore(context, watch);
        remover = new GroupRemover(context);
        var rows = new RowStore(context, log);
        groups = new GroupStore(context, log, rows, letters, remover);
        pruner = new JournalPruner(context, log, rows, remover);
    }

    /// <inheritdoc />
    public JournalDurability Durability { get; }

    /// <inheritdoc />
    public int MaximumPayloadBytes => context.Engine.Capabilities.MaximumValueLength - RecordFormat.LargestHeader;

    /// <inheritdoc />
    public async ValueTask<long> AppendAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        try
        {
            var last = await log.AppendAsync(records, cancellationToken).ConfigureAwait(false);
            watch.Appended(last);
            return last;
        }
        catch (StorageException exception)
        {
            throw JournalErrors.From(exception, "keep what was published");
        }
    }

    /// <inheritdoc />
    public async ValueTask<JournalPage> ReadAsync(JournalQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Maximum, 1, nameof(query));
        try
        {
            return await log.ReadAsync(query, Parse(query.Pattern), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException exception)
        {
            throw JournalErrors.From(exception, "be read");
        }
    }

    /// <inheritdoc />
    public async ValueTask WaitAsync(long after, CancellationToken cancellationToken)
    {
        try
        {
            await watch.WaitAsync(after, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException exception)
        {
            throw JournalErrors.From(exception, "be asked for new messages");
        }
    }

    /// <inheritdoc />
    public async ValueTask<JournalGroup> OpenGroupAsync(string group, string pattern, JournalStart start, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(group);
        try
        {
            return await groups.OpenAsync(group, TopicPattern.Parse(pattern).Text, start, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException exception)
        {
            throw JournalErrors.From(exception, $"open the group '{group}'");
        }
    }

    /// <inheritdoc />
    public async ValueTask CommitAsync(string group, JournalCommit commit, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(group);
        ArgumentNullException.ThrowIfNull(commit);
        try
        {
            await groups.CommitAsync(group, commit, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException exception)
        {
            throw JournalErrors.From(exception, $"note the progress of the group '{group}'");
        }
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<JournalDeadLetter>> ReadDeadLettersAsync(long after, int maximum, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 1);
        try
        {
            return await letters.ReadAsync(after, maximum, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException exception)
        {
            throw JournalErrors.From(exception, "read the dead letters");
        }
    }

    /// <inheritdoc />
    public async ValueTask<bool> RemoveDeadLetterAsync(long id, JournalRecord? replacement, CancellationToken cancellationToken)
    {
        try
        {
            return await letters.RemoveAsync(id, replacement, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException exception)
        {
            throw JournalErrors.From(exception, $"take out the dead letter {id}");
        }
    }

    /// <inheritdoc />
    public async ValueTask<bool> DeleteGroupAsync(string group, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(group);
        try
        {
            return await remover.DeleteAsync(group, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException exception)
        {
            throw JournalErrors.From(exception, $"delete the group '{group}'");
        }
    }

    /// <inheritdoc />
    public async ValueTask<long> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            return await pruner.PruneAsync(now, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException exception)
        {
            throw JournalErrors.From(exception, "be pruned");
        }
    }

    /// <summary>Stops listening for messages of others, without waiting until it has stopped. The engine stays open; it is its owner's.</summary>
    public void Dispose() => _ = watch.DisposeAsync().AsTask();

    /// <summary>Stops listening for messages of others. The engine stays open; it is its owner's.</summary>
    /// <returns>A task that ends when that has stopped.</returns>
    public ValueTask DisposeAsync() => watch.DisposeAsync();

    internal static void Check(IStorageEngine engine, StorageJournalOptions options, string path, ConfigurationErrors errors)
    {
        var capabilities = engine.Capabilities;
        if (!capabilities.Has(Required))
        {
            errors.Add($"{path}:{nameof(options.Engine)}", $"the engine '{engine.Name}' does not have {Required & ~capabilities.Features}, which the journal needs.", "Choose an engine that declares it in its Capabilities, such as SQLite.");
        }

        if (options.Durability > capabilities.MaximumDurability)
        {
            errors.Add($"{path}:{nameof(options.Durability)}", $"messages are to survive {options.Durability}, and those of the engine '{engine.Name}' survive {capabilities.MaximumDurability} at most.", "Ask for less, or choose another engine.");
        }

        if (capabilities.MaximumBatchLength < SmallestBatch || capabilities.MaximumValueLength < 2 * RecordFormat.LargestHeader)
        {
            errors.Add($"{path}:{nameof(options.Engine)}", $"the engine '{engine.Name}' takes batches of {capabilities.MaximumBatchLength} writes and values of {capabilities.MaximumValueLength} bytes at most.", $"Choose one that takes {SmallestBatch} writes and {2 * RecordFormat.LargestHeader} bytes, or raise its limits.");
        }
    }

    private static JournalDurability ToJournal(StorageDurability durability) => durability switch
    {
        StorageDurability.PowerLoss => JournalDurability.PowerLoss,
        StorageDurability.ProcessCrash => JournalDurability.ProcessCrash,
        _ => JournalDurability.Process,
    };

    private TopicPattern Parse(string text)
    {
        if (patterns.TryGetValue(text, out var known))
        {
            return known;
        }

        var pattern = TopicPattern.Parse(text);
        if (patterns.Count < MaximumPatterns)
        {
            patterns.TryAdd(text, pattern);
        }

        return pattern;
    }
}
