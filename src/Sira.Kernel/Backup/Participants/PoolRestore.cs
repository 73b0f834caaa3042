using Sira.Kernel.Resources;

namespace Sira.Kernel.Backup.Participants;

/// <summary>Adds what was used to the pools there are. A pool that is not defined yet is made as it was, so that who defines it finds what was used.</summary>
internal sealed class PoolRestore(ResourcePoolRegistry registry, TimeProvider time, List<(PoolRecord Record, ResourcePoolDefinition Definition)> records, List<string> notes) : IStateRestore
{
    private readonly Stack<Action> undo = new();

    public IReadOnlyList<string> Notes => notes;

    public ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        foreach (var (record, definition) in records)
        {
            var use = record.Starts.Zip(record.Amounts, static (start, amount) => (new DateTimeOffset(start, TimeSpan.Zero), amount)).ToArray();
            switch (PoolOf(record, definition))
            {
                case WindowPool window:
                    var added = window.AddUse(use, time);
                    undo.Push(() => window.TakeBack(added));
                    break;
                case TotalPool total:
                    total.Settle(stamp: 0, reserved: 0, actual: record.Amounts.Sum());
                    undo.Push(() => total.Settle(stamp: 0, reserved: record.Amounts.Sum(), actual: 0));
                    break;
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask UndoAsync()
    {
        while (undo.TryPop(out var step))
        {
            step();
        }

        return ValueTask.CompletedTask;
    }

    private ResourcePool PoolOf(PoolRecord record, ResourcePoolDefinition definition)
    {
        if (record.Key is null)
        {
            return registry.TryGet(record.Name, out var pool) ? pool : registry.GetOrAdd(record.Name, definition);
        }

        var family = registry.Families.FirstOrDefault(family => family.Name == record.Name) ?? registry.GetOrAddFamily(record.Name, definition);
        return family.Get(record.Key);
    }
}
