using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Configuration;
using Sira.Kernel.Time;
using Sira.Session.History;
using Sira.Session.Memory.Segments;
using Sira.Storage;

namespace Sira.Session.Memory;

/// <summary>Finds what was said by its words, ranked by BM25, and by its meaning where an embedding generator is given; both rankings are made one by reciprocal rank fusion.</summary>
/// <remarks>
/// <para>Kept in a store, which must have scans, conditions and atomic batches. An owner's items are read into memory when they are first asked for. Of several processes with one store each finds what it added itself at once, and what others added after it has read the owner anew.</para>
/// <para>A failing embedding generator fails nothing: items that it did not embed are found by their words.</para>
/// </remarks>
public sealed class MemoryIndex : IMemoryIndex
{
    private readonly MemoryIndexOptions options;
    private readonly SegmentStore store;
    private readonly MemoryEmbedder embedder;
    private readonly MemoryPartitions partitions;
    private readonly TimeProvider time;
    private readonly ILogger logger;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="store">Where it is kept; that of a memory engine for what need not outlive the process.</param>
    /// <param name="options">How much, and how it is searched; <see langword="null"/> means the defaults.</param>
    /// <param name="generator">Makes vectors, not disposed; <see langword="null"/> searches by words alone.</param>
    /// <param name="time">The clock; <see langword="null"/> means the system's.</param>
    /// <param name="random">Makes names of segments; <see langword="null"/> means the system's.</param>
    /// <param name="logger">Where failures are logged; <see langword="null"/> for nowhere.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public MemoryIndex(
        IStore store,
        MemoryIndexOptions? options = null,
        IEmbeddingGenerator<string, Embedding<float>>? generator = null,
        TimeProvider? time = null,
        IRandomSource? random = null,
        ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        this.options = options ?? new MemoryIndexOptions();
        var errors = new ConfigurationErrors();
        this.options.Validate(nameof(MemoryIndexOptions), errors);
        errors.ThrowIfAny();
        (this.time, this.logger) = (time ?? TimeProvider.System, logger ?? NullLogger.Instance);
        this.store = new SegmentStore(store, this.options.Namespace, this.time, random ?? SystemRandomSource.Instance);
        embedder = new MemoryEmbedder(generator, this.options.EmbeddingBatch, this.logger);
        partitions = new MemoryPartitions(this.options.MaximumLoadedItems);
    }

    /// <inheritdoc />
    public async ValueTask AddAsync(MemoryOwner owner, IReadOnlyList<MemoryItem> items, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        var partition = await partitions.EnterAsync(owner, cancellationToken).ConfigureAwait(false);
        try
        {
            await LoadAsync(partition, cancellationToken).ConfigureAwait(false);
            var added = New(partition, items);
            if (added.Count == 0)
            {
                return;
            }

            await AddAsync(partition, await EmbedAsync(partition, added, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            if (partition.Count > options.MaximumItems)
            {
                await EvictAsync(partition, cancellationToken).ConfigureAwait(false);
            }

            await MergeAsync(partition, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            partition.Writer.Release();
        }

        partitions.Trim(partition);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<MemoryMatch>> SearchAsync(MemoryQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(query.Text);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Maximum, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Maximum, 1000, nameof(query));
        cancellationToken.ThrowIfCancellationRequested();
        if (query.Text.Length > options.MaximumTextLength)
        {
            query = query with { Text = Cut(query.Text) };
        }

        var vector = await embedder.EmbedAsync(query.Text, cancellationToken).ConfigureAwait(false);
        if (partitions.FindLoaded(query.Owner) is { } loaded)
        {
            var found = loaded.Search(query, vector, options, time.GetUtcNow());

            // It may have left memory between the two, and then nothing was found in it.
            if (loaded.IsLoaded && !loaded.IsRetired)
            {
                return found;
            }
        }

        List<MemoryMatch> matches;
        var partition = await partitions.EnterAsync(query.Owner, cancellationToken).ConfigureAwait(false);
        try
        {
            await LoadAsync(partition, cancellationToken).ConfigureAwait(false);
            matches = partition.Search(query, vector, options, time.GetUtcNow());
        }
        finally
        {
            partition.Writer.Release();
        }

        partitions.Trim(partition);
        return matches;
    }

    /// <inheritdoc />
    public async ValueTask<int> RetainAsync(MemoryOwner owner, SessionHistory history, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(history);
        var said = new Dictionary<long, DateTimeOffset>(history.Messages.Count);
        foreach (var message in history.Messages)
        {
            said[message.Header.Version] = message.Header.At;
        }

        bool IsStale(MemoryItem item) =>
            item.Version <= history.Version && string.Equals(item.SessionId, history.SessionId, StringComparison.Ordinal) && !(said.TryGetValue(item.Version, out var at) && at == item.At);

        var partition = await partitions.EnterAsync(owner, cancellationToken).ConfigureAwait(false);
        try
        {
            await LoadAsync(partition, cancellationToken).ConfigureAwait(false);

            // After each turn: the store, which takes reading, is only asked where there is something.
            return partition.Any(IsStale) ? await RemoveAsync(partition, IsStale, cancellationToken).ConfigureAwait(false) : 0;
        }
        finally
        {
            partition.Writer.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask<int> RemoveSessionAsync(MemoryOwner owner, string sessionId, long afterVersion = 0, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(sessionId);
        var partition = await partitions.EnterAsync(owner, cancellationToken).ConfigureAwait(false);
        try
        {
            await LoadAsync(partition, cancellationToken).ConfigureAwait(false);
            return await RemoveAsync(partition, item => item.Version > afterVersion && string.Equals(item.SessionId, sessionId, StringComparison.Ordinal), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            partition.Writer.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask RemoveOwnerAsync(MemoryOwner owner, CancellationToken cancellationToken = default)
    {
        var partition = await partitions.EnterAsync(owner, cancellationToken).ConfigureAwait(false);
        try
        {
            // Out of memory first: should the store fail in the middle, what is left is read anew.
            partitions.Retire(partition);
            await store.EraseAsync(owner.Tenant, OwnerNames.Prefix(owner.User), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            partition.Writer.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask RemoveTenantAsync(string? tenant, CancellationToken cancellationToken = default)
    {
        foreach (var owner in partitions.Of(tenant))
        {
            await RemoveOwnerAsync(owner, cancellationToken).ConfigureAwait(false);
        }

        await store.EraseAsync(tenant, string.Empty, cancellationToken).ConfigureAwait(false);

        // Who was read while the store was being emptied.
        foreach (var owner in partitions.Of(tenant))
        {
            await RemoveOwnerAsync(owner, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What is in memory of an owner, for tests of forgetting.</summary>
    internal IReadOnlyCollection<string> WordsOf(MemoryOwner owner) => partitions.FindLoaded(owner)?.Words ?? [];

    private List<MemoryItem> New(MemoryPartition partition, IReadOnlyList<MemoryItem> items)
    {
        var added = new List<MemoryItem>(items.Count);
        var seen = new HashSet<(string, long)>();
        foreach (var item in items)
        {
            if (!partition.Has(item) && seen.Add((item.SessionId, item.Version)))
            {
                added.Add(item.Text.Length > options.MaximumTextLength ? item with { Text = Cut(item.Text) } : item);
            }
        }

        return added;
    }

    // What a fork shares has its vectors already.
    private async ValueTask<MemoryEntry[]> EmbedAsync(MemoryPartition partition, List<MemoryItem> added, CancellationToken cancellationToken)
    {
        var entries = added.ConvertAll(static item => new MemoryEntry(item, null)).ToArray();
        if (!embedder.HasGenerator)
        {
            return entries;
        }

        partition.CopyVectors(entries);
        var missing = added.Where((_, i) => entries[i].Vector is null).ToList();
        var vectors = await embedder.EmbedAsync(missing, cancellationToken).ConfigureAwait(false);
        for (int i = 0, next = 0; next < vectors.Length; i++)
        {
            if (entries[i].Vector is null)
            {
                entries[i] = entries[i] with { Vector = vectors[next++] };
            }
        }

        return entries;
    }

    private string Cut(string text) => text[..(char.IsHighSurrogate(text[options.MaximumTextLength - 1]) ? options.MaximumTextLength - 1 : options.MaximumTextLength)];

    private async ValueTask LoadAsync(MemoryPartition partition, CancellationToken cancellationToken)
    {
        if (partition.IsLoaded)
        {
            return;
        }

        partition.Segments.Clear();
        partition.Clear();
        var entries = await store.ReadAsync(partition.Owner, partition.Segments, cancellationToken).ConfigureAwait(false);

        // Segments are in the order in which they were written last.
        entries.Sort(static (x, y) => (x.Item.At, x.Item.Version).CompareTo((y.Item.At, y.Item.Version)));
        partition.Add(entries);
        partition.IsLoaded = true;
    }

    private async ValueTask AddAsync(MemoryPartition partition, MemoryEntry[] entries, CancellationToken cancellationToken)
    {
        for (var first = 0; first < entries.Length;)
        {
            // A segment stays below what an engine takes as a value.
            var (count, length) = (0, 0L);
            do
            {
                length += SegmentFormat.MaximumLength(entries[first + count++]);
            }
            while (first + count < entries.Length && length + SegmentFormat.MaximumLength(entries[first + count]) <= SegmentStore.MaximumSegmentLength);

            await AddSegmentAsync(partition, new ArraySegment<MemoryEntry>(entries, first, count), cancellationToken).ConfigureAwait(false);
            first += count;
        }
    }

    private async ValueTask AddSegmentAsync(MemoryPartition partition, ArraySegment<MemoryEntry> entries, CancellationToken cancellationToken)
    {
        try
        {
            var (name, length) = await store.AddAsync(partition.Owner, entries, cancellationToken).ConfigureAwait(false);
            partition.Segments[name] = length;
            partition.Add(entries);
        }
        catch
        {
            // It may have been written all the same: what is in memory is read anew when it is next asked for.
            partition.IsLoaded = false;
            throw;
        }
    }

    private async ValueTask<int> RemoveAsync(MemoryPartition partition, Predicate<MemoryItem> isRemoved, CancellationToken cancellationToken)
    {
        // Should the store fail in the middle, what is left is read anew.
        var removed = partition.Remove(isRemoved);
        partition.IsLoaded = false;
        await store.RemoveAsync(partition.Owner, isRemoved, cancellationToken).ConfigureAwait(false);
        partition.IsLoaded = true;
        return removed;
    }

    private async ValueTask EvictAsync(MemoryPartition partition, CancellationToken cancellationToken)
    {
        var oldest = partition.Oldest(partition.Count - options.MaximumItems + (options.MaximumItems / 10));
        var removed = await RemoveAsync(partition, item => oldest.Contains((item.SessionId, item.Version)), cancellationToken).ConfigureAwait(false);
        MemoryMetrics.Evicted.Add(removed);
        MemoryLog.Evicted(logger, partition.Owner.Tenant, removed);
    }

    private async ValueTask MergeAsync(MemoryPartition partition, CancellationToken cancellationToken)
    {
        try
        {
            await store.MergeAsync(partition.Owner, partition.Segments, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is Storage.Errors.StorageException or InvalidDataException)
        {
            // The items are kept, in more segments than need be.
            MemoryLog.NotMerged(logger, exception);
        }
    }
}
