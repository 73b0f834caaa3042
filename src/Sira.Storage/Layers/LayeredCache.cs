using Microsoft.Extensions.Logging;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Layers.Copies;
using Sira.Storage.Values;

namespace Sira.Storage.Layers;

/// <summary>Reads values through the copies, and keeps the copies right.</summary>
internal sealed class LayeredCache : IAsyncDisposable
{
    // For how long a write of unknown outcome may still come true in the engine below: its own timeouts are of this order.
    private static readonly TimeSpan UncertainFor = TimeSpan.FromSeconds(5);

    private readonly IStorageEngine lower;
    private readonly LayerOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly LayerMetrics metrics;
    private readonly SieveCache copies;
    private readonly CachedPartitions partitions;
    private readonly long maximumAge;
    private readonly long maximumAbsentAge;
    private volatile bool isClosed;

    public LayeredCache(IStorageEngine lower, LayerOptions options, TimeProvider time, ILogger logger)
    {
        (this.lower, this.options, this.time, this.logger) = (lower, options, time, logger);
        metrics = new LayerMetrics(lower.Name);
        copies = new SieveCache(options.MaximumBytes, metrics);
        Stripes = new KeyStripes(copies);
        partitions = new CachedPartitions(lower, options, time, logger, Stripes);

        var isTold = lower.Changes is not null || !lower.Capabilities.Has(Capabilities.StorageFeatures.Shared);
        var age = isTold ? options.MaximumAge : options.MaximumAge is { } asked && asked < options.MaximumAgeWithoutFeed ? asked : options.MaximumAgeWithoutFeed;
        maximumAge = age is { } limit ? time.ToTimestamp(limit) : long.MaxValue;
        maximumAbsentAge = Math.Min(maximumAge, time.ToTimestamp(options.MaximumAbsentAge));
    }

    public KeyStripes Stripes { get; }

    public long Bytes => copies.Bytes;

    /// <summary>Returns a copy that may be used, if there is one.</summary>
    public CachedValue? Find(in StoreKey key)
    {
        if (isClosed)
        {
            throw new StorageException(StorageErrorKind.Closed, lower.Name, $"The engine '{lower.Name}' was closed. Open another.");
        }

        if (copies.Find(key) is { } copy && copy.IsFresh(time))
        {
            copy.Visit();
            metrics.Hit();
            return copy;
        }

        return null;
    }

    public TimeSpan AgeOf(CachedValue copy) => time.GetElapsedTime(copy.ReadAt);

    /// <summary>Reads from the engine below, together with whoever else wants the same.</summary>
    public async ValueTask<LayeredRead> ReadBelowAsync(StoreKey key, CancellationToken cancellationToken)
    {
        metrics.Missed();
        var partition = partitions.Get(key.Partition);
        var stripe = Stripes.Of(key);
        if (stripe.Join(key, partition, time.GetTimestamp(), out var isNew) is not { } flight)
        {
            return new LayeredRead(await lower.Store.GetAsync(key, cancellationToken).ConfigureAwait(false), ReadSource.Engine, TimeSpan.Zero);
        }

        if (isNew)
        {
            // It ends by itself and never throws: it tells those who wait for it, of whom the caller is only the first.
            _ = FlyAsync(flight, stripe);
        }

        var stale = options.StaleReads.GetValueOrDefault(key.Namespace);
        try
        {
            var entry = await WaitAsync(flight, stripe, FindStale(key, stale) is null ? null : stale!.SoftTimeout, cancellationToken).ConfigureAwait(false);
            if (stale is not null && partition.MarkStale(false))
            {
                LayerLog.StaleEnded(logger, lower.Name, key.Partition);
            }

            // Who joined late may have got what has expired since it was read.
            return new LayeredRead(entry is { ExpiresAt: { } at } && at <= time.GetUtcNow() ? null : entry, ReadSource.Engine, TimeSpan.Zero);
        }
        catch (Exception exception) when (exception is TimeoutException or StorageException { IsTransient: true })
        {
            if (FindStale(key, stale) is { } copy)
            {
                return Stale(copy, partition, exception);
            }

            // The copy has gone while it was waited for, so that the value itself is needed; unless it was the engine that said so.
            if (exception is TimeoutException && flight.Task.Exception?.InnerException != exception)
            {
                return await ReadBelowAsync(key, cancellationToken).ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>Makes everything that was read of a partition unusable.</summary>
    public void Invalidate(in StorePartition partition) => partitions.Find(partition)?.Invalidate();

    /// <summary>Forgets everything that was read of a tenant, so that it is not served stale either.</summary>
    public void Forget(string? tenant)
    {
        // First what is being read: it is kept for nobody any more.
        partitions.Invalidate(tenant);
        copies.RemoveAll(tenant);
    }

    public KeyWrite BeginWrite(in StoreKey key)
    {
        var stripe = Stripes.Of(key);
        stripe.BeginWrite(key);
        var partition = partitions.Find(key.Partition);
        return new KeyWrite(this, stripe, key, partition, partition?.Epoch ?? 0, time.GetTimestamp());
    }

    /// <summary>Ends a write that was made.</summary>
    /// <param name="write">The write.</param>
    /// <param name="tag">The tag that it gave; none for a deletion.</param>
    /// <param name="entry">What stands there now; <see langword="null"/> for nothing.</param>
    /// <param name="isKnown">Whether what stands there is known for sure.</param>
    public void EndWrite(in KeyWrite write, ETag tag, StoreEntry? entry, bool isKnown)
    {
        var copy = isKnown && write.Partition is { IsLive: true } partition ? Copy(write.Key, entry, partition, write.Epoch, write.BegunAt) : null;
        write.Stripe.EndWrite(write.Key, tag, write.Partition is { IsLive: true } && lower.Changes is not null, copy, time.GetTimestamp());
    }

    public void EndUncertainWrite(in KeyWrite write) => write.Stripe.EndUncertainWrite(write.Key, time.GetTimestamp() + time.ToTimestamp(UncertainFor));

    public bool IsKept(int length) => length <= options.MaximumValueBytes;

    public async ValueTask DisposeAsync()
    {
        isClosed = true;
        await partitions.DisposeAsync().ConfigureAwait(false);
        var flights = Stripes.Flights().ToList();
        foreach (var flight in flights)
        {
            flight.Cancel();
        }

        // How they end is for those who wait for them.
        await Task.WhenAll(flights.Select(static flight => flight.Ended)).ConfigureAwait(false);
        copies.Clear();
    }

    private async Task FlyAsync(ValueFlight flight, KeyStripe stripe)
    {
        using var ending = flight;
        try
        {
            var entry = await lower.Store.GetAsync(flight.Key, flight.CancellationToken).ConfigureAwait(false);
            var copy = Copy(flight.Key, entry, flight.Partition, flight.Epoch, flight.BegunAt);
            stripe.EndRead(flight, isClosed ? null : copy, time.GetTimestamp());
            flight.Complete(entry);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            stripe.EndRead(flight, copy: null, now: 0);
            flight.Fail(exception);
        }
    }

    private async ValueTask<StoreEntry?> WaitAsync(ValueFlight flight, KeyStripe stripe, TimeSpan? softTimeout, CancellationToken cancellationToken)
    {
        if (flight.Task.IsCompleted)
        {
            return await flight.Task.ConfigureAwait(false);
        }

        try
        {
            return await flight.Task.WaitAsync(softTimeout ?? Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException && !flight.Task.IsCompleted)
        {
            stripe.Leave(flight, goesOn: exception is TimeoutException);
            throw;
        }
    }

    private CachedValue? Copy(in StoreKey key, StoreEntry? entry, CachedPartition partition, long epoch, long readAt)
    {
        var age = entry is null ? maximumAbsentAge : maximumAge;
        return age <= 0 || (entry is { } found && !IsKept(found.Value.Length)) ? null
            : new CachedValue(key, entry, partition, epoch, readAt, age == long.MaxValue ? long.MaxValue : readAt + age);
    }

    private CachedValue? FindStale(in StoreKey key, StaleReadOptions? stale) =>
        stale is not null && copies.Find(key) is { } copy && !copy.IsExpired(time) && AgeOf(copy) <= stale.MaximumStale ? copy : null;

    private LayeredRead Stale(CachedValue copy, CachedPartition partition, Exception cause)
    {
        var age = AgeOf(copy);
        metrics.Stale();
        if (partition.MarkStale(true))
        {
            LayerLog.StaleServed(logger, lower.Name, copy.Key.Partition, age, cause as StorageException);
        }

        return new LayeredRead(copy.Entry, ReadSource.Stale, age);
    }
}
