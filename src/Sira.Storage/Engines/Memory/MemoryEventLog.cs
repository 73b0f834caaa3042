using Sira.Storage.Capabilities;
using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Storage.Engines.Memory;

/// <summary>The logs of a memory engine.</summary>
internal sealed class MemoryEventLog(MemoryState state, StorageCapabilities capabilities) : IEventLog
{
    public ValueTask<AppendResult> AppendAsync(StoreKey stream, ExpectedVersion expected, IReadOnlyList<EventData> events, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(stream, events, capabilities);
        StorageArguments.Check(options.Durability, capabilities);
        lock (state.Gate)
        {
            state.ThrowIfClosed();
            var version = state.FindLog(stream)?.Version ?? 0;
            if (!expected.Holds(version))
            {
                return ValueTask.FromResult(new AppendResult(IsDone: false, version));
            }

            state.Reserve(MemoryState.CostOf(events));
            return ValueTask.FromResult(state.Append(stream, events));
        }
    }

    public ValueTask<EventPage> ReadAsync(StoreKey stream, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(stream, capabilities);
        StorageArguments.CheckRead(after, maximum);
        lock (state.Gate)
        {
            state.ThrowIfClosed();
            if (state.FindLog(stream) is not { } log)
            {
                return ValueTask.FromResult(new EventPage([], after, IsEnd: true));
            }

            var index = log.IndexAfter(after);
            var found = log.Events.GetRange(index, Math.Min(maximum, log.Events.Count - index));
            return ValueTask.FromResult(new EventPage(found, found.Count > 0 ? found[^1].Version : after, index + found.Count == log.Events.Count));
        }
    }

    public ValueTask<EventPage> ReadAllAsync(string @namespace, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.CheckNamespace(@namespace);
        StorageArguments.CheckRead(after, maximum);
        lock (state.Gate)
        {
            state.ThrowIfClosed();
            return ValueTask.FromResult(state.FindHistory(@namespace)?.Read(after, maximum) ?? new EventPage([], after, IsEnd: true));
        }
    }

    public ValueTask<long> GetVersionAsync(StoreKey stream, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(stream, capabilities);
        lock (state.Gate)
        {
            state.ThrowIfClosed();
            return ValueTask.FromResult(state.FindLog(stream)?.Version ?? 0);
        }
    }

    public ValueTask<long> TrimAsync(StoreKey stream, long upTo, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(stream, capabilities);
        ArgumentOutOfRangeException.ThrowIfNegative(upTo);
        lock (state.Gate)
        {
            state.ThrowIfClosed();
            return ValueTask.FromResult<long>(state.FindLog(stream) is { } log ? state.Forget(stream, log, log.IndexAfter(upTo)) : 0);
        }
    }

    public ValueTask<bool> DeleteAsync(StoreKey stream, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StorageArguments.Check(stream, capabilities);
        lock (state.Gate)
        {
            state.ThrowIfClosed();
            return ValueTask.FromResult(state.DeleteLog(stream));
        }
    }

    public ValueTask<StreamPage> ListAsync(StoreScan scan, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var size = StorageArguments.Check(scan, capabilities);
        lock (state.Gate)
        {
            state.ThrowIfClosed();
            var found = state.LogsOf(scan.Partition)
                .Where(log => log.Key.StartsWith(scan.Prefix, StringComparison.Ordinal) && (scan.After is null || NameOrder.Instance.Compare(log.Key, scan.After) > 0))
                .Take(size + 1)
                .Select(static log => new StreamInfo(log.Key, log.Value.Version))
                .ToList();
            if (found.Count <= size)
            {
                return ValueTask.FromResult(new StreamPage(found, Next: null));
            }

            found.RemoveAt(size);
            return ValueTask.FromResult(new StreamPage(found, found[^1].Name));
        }
    }
}
