using System.Globalization;
using System.Text;
using Sira.Kernel.Backup;

namespace Sira.Storage.Tests.State;

/// <summary>A part that counts by name. What is restored is added.</summary>
internal sealed class Tally(string name = "tally") : IStateParticipant
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, long> counts = new(StringComparer.Ordinal);

    public string Name => name;

    public int SchemaVersion { get; init; } = 1;

    public bool IsFailing { get; set; }

    public long this[string key]
    {
        get
        {
            lock (gate)
            {
                return counts.GetValueOrDefault(key);
            }
        }
    }

    public Tally Add(string key, long count = 1)
    {
        lock (gate)
        {
            counts[key] = counts.GetValueOrDefault(key) + count;
        }

        return this;
    }

    public IStateCapture Capture()
    {
        lock (gate)
        {
            return new Lines(this, string.Concat(counts.Select(static count => string.Create(CultureInfo.InvariantCulture, $"{count.Key} {count.Value} of a record as long as they are\n"))));
        }
    }

    public async ValueTask<IStateRestore> PrepareAsync(Stream section, StateSectionInfo info, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(section, leaveOpen: true);
        var read = new List<(string, long)>();
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            var words = line.Split(' ');
            read.Add((words[0], long.Parse(words[1], CultureInfo.InvariantCulture)));
        }

        return new Addition(this, read);
    }

    private sealed class Lines(Tally owner, string text) : IStateCapture
    {
        public async ValueTask SaveAsync(Stream destination, CancellationToken cancellationToken)
        {
            if (owner.IsFailing)
            {
                throw new InvalidOperationException("scripted failure");
            }

            await destination.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        }
    }

    private sealed class Addition(Tally owner, List<(string Key, long Count)> read) : IStateRestore
    {
        public IReadOnlyList<string> Notes => [];

        public ValueTask CommitAsync(CancellationToken cancellationToken)
        {
            read.ForEach(one => owner.Add(one.Key, one.Count));
            return ValueTask.CompletedTask;
        }

        public ValueTask UndoAsync()
        {
            read.ForEach(one => owner.Add(one.Key, -one.Count));
            return ValueTask.CompletedTask;
        }
    }
}
