using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Topics;

namespace Sira.Kernel.Messaging.Journal;

/// <summary>A journal in memory: it outlives subscriptions and buses, not the process. For tests, and for hosts that want redelivery and dead letters without a store.</summary>
/// <remarks>Thread-safe; every call completes synchronously, except <see cref="WaitAsync"/>.</remarks>
public sealed class InMemoryMessageJournal : IMessageJournal
{
    /// <summary>How many messages a journal keeps where nothing else is said.</summary>
    public const int DefaultCapacity = 1_000_000;

    private readonly Lock gate = new();
    private readonly int capacity;
    private readonly List<JournalRecord> log = [];
    private readonly Dictionary<string, GroupState> groups = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, JournalDeadLetter> deadLetters = [];
    private TaskCompletionSource? appended;
    private long last;
    private long lastDeadLetter;
    private long lastEpoch;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="capacity">How many messages it keeps at most, and how many dead letters.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is below 1.</exception>
    public InMemoryMessageJournal(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        this.capacity = capacity;
    }

    /// <inheritdoc />
    public JournalDurability Durability => JournalDurability.Process;

    /// <inheritdoc />
    public ValueTask<long> AppendAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource? waiting;
        long position;
        lock (gate)
        {
            Append(records);
            (waiting, appended, position) = (appended, null, last);
        }

        waiting?.TrySetResult();
        return new(position);
    }

    /// <inheritdoc />
    public ValueTask<JournalPage> ReadAsync(JournalQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        cancellationToken.ThrowIfCancellationRequested();
        var pattern = TopicPattern.Parse(query.Pattern);
        var found = new List<JournalRecord>();
        lock (gate)
        {
            var next = query.After;
            for (var i = IndexAfter(query.After); i < log.Count && found.Count < query.Maximum; i++)
            {
                var record = log[i];
                next = record.Position;
                if ((record.Target is null || record.Target == query.Group) && pattern.Matches(record.Metadata.Topic))
                {
                    found.Add(record);
                }
            }

            // Behind what was pruned there is nothing to look at.
            return new(new JournalPage(found, found.Count < query.Maximum ? Math.Max(next, last) : next));
        }
    }

    /// <inheritdoc />
    public async ValueTask WaitAsync(long after, CancellationToken cancellationToken)
    {
        Task waiting;
        lock (gate)
        {
            if (last > after)
            {
                return;
            }

            waiting = (appended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        await waiting.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<JournalGroup> OpenGroupAsync(string group, string pattern, JournalStart start, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(group);
        cancellationToken.ThrowIfCancellationRequested();
        var parsed = TopicPattern.Parse(pattern);
        lock (gate)
        {
            if (!groups.TryGetValue(group, out var state))
            {
                var cursor = start == JournalStart.Next ? last : log.Count == 0 ? last : log[0].Position - 1;
                groups.Add(group, state = new GroupState { Cursor = cursor, Claimed = cursor });
            }

            (state.Pattern, state.Epoch) = (parsed, ++lastEpoch);
            return new(new JournalGroup(state.Epoch, state.Cursor, state.Claimed, [.. state.Rows.Values]));
        }
    }

    /// <inheritdoc />
    public ValueTask CommitAsync(string group, JournalCommit commit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(commit);
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            if (!groups.TryGetValue(group, out var state) || state.Epoch != commit.Epoch)
            {
                throw new GroupTakenOverException(group, commit.Epoch, state?.Epoch ?? 0);
            }

            if (deadLetters.Count + commit.DeadLetters.Count > capacity)
            {
                throw new JournalFullException(capacity);
            }

            (state.Cursor, state.Claimed) = (Math.Max(state.Cursor, commit.Cursor), Math.Max(state.Claimed, commit.Claimed));
            foreach (var row in commit.Upserts)
            {
                var record = state.Rows.TryGetValue(row.Position, out var pending) ? pending.Record : log[IndexAfter(row.Position - 1)];
                state.Rows[row.Position] = new JournalPending(row, record);
            }

            foreach (var position in commit.Removals)
            {
                state.Rows.Remove(position);
            }

            foreach (var letter in commit.DeadLetters)
            {
                Add(group, letter);
            }
        }

        return default;
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<JournalDeadLetter>> ReadDeadLettersAsync(long after, int maximum, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            return new([.. deadLetters.Values.SkipWhile(letter => letter.Letter.Id <= after).Take(maximum)]);
        }
    }

    /// <inheritdoc />
    public ValueTask<bool> RemoveDeadLetterAsync(long id, JournalRecord? replacement, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource? waiting = null;
        lock (gate)
        {
            if (!deadLetters.ContainsKey(id))
            {
                return new(false);
            }

            if (replacement is not null)
            {
                Append([replacement]);
                (waiting, appended) = (appended, null);
            }

            deadLetters.Remove(id);
        }

        waiting?.TrySetResult();
        return new(true);
    }

    /// <inheritdoc />
    public ValueTask<bool> DeleteGroupAsync(string group, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            foreach (var letter in deadLetters.Values.Where(letter => letter.Letter.Group == group).ToArray())
            {
                deadLetters.Remove(letter.Letter.Id);
            }

            return new(groups.Remove(group));
        }
    }

    /// <inheritdoc />
    public ValueTask<long> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            // A row keeps its own record, so that only the cursors hold the log.
            return new(log.RemoveAll(record =>
            {
                if (record.RememberUntil > now)
                {
                    return false;
                }

                var wanted = false;
                foreach (var (name, group) in groups)
                {
                    if ((record.Target is null || record.Target == name) && group.Pattern.Matches(record.Metadata.Topic))
                    {
                        wanted = true;
                        if (group.Cursor < record.Position)
                        {
                            return false;
                        }
                    }
                }

                return wanted || record.KeepUntil <= now;
            }));
        }
    }

    private void Append(IReadOnlyList<JournalRecord> records)
    {
        if (log.Count + records.Count > capacity)
        {
            throw new JournalFullException(capacity);
        }

        foreach (var record in records)
        {
            log.Add(record with { Position = ++last });
        }
    }

    private void Add(string group, JournalDeadLetter letter)
    {
        var known = deadLetters.Values.FirstOrDefault(other => other.Letter.Group == group && other.Record.Position == letter.Record.Position);
        var id = known?.Letter.Id ?? ++lastDeadLetter;
        deadLetters[id] = letter with { Letter = letter.Letter with { Id = id } };
    }

    private int IndexAfter(long position)
    {
        var (low, high) = (0, log.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = log[middle].Position <= position ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private sealed class GroupState
    {
        public TopicPattern Pattern { get; set; } = TopicPattern.Parse(">");

        public long Epoch { get; set; }

        public long Cursor { get; set; }

        public long Claimed { get; set; }

        public SortedDictionary<long, JournalPending> Rows { get; } = [];
    }
}
