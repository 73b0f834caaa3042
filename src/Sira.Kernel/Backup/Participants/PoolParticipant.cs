using System.Text.Json;
using Sira.Kernel.Resources;

namespace Sira.Kernel.Backup.Participants;

/// <summary>What is used of the pools that count: windows and totals. Slots are free in a new process.</summary>
/// <remarks>Added to what this process has used itself. What was reserved and not settled when the backup was written counts as used: whether it was billed is not known.</remarks>
internal sealed class PoolParticipant(ResourcePoolRegistry registry, TimeProvider time) : IStateParticipant
{
    public string Name => "resource-pools";

    public int SchemaVersion => 1;

    public IStateCapture Capture()
    {
        var records = new List<PoolRecord>();
        foreach (var (pool, definition) in registry.Defined)
        {
            Add(records, pool.Name, null, pool, definition);
        }

        foreach (var family in registry.Families)
        {
            foreach (var (key, pool) in family.Members)
            {
                Add(records, family.Name, key, pool, family.Definition);
            }
        }

        return new LinesCapture<PoolRecord>(records, ParticipantJsonContext.Default.PoolRecord);
    }

    public async ValueTask<IStateRestore> PrepareAsync(Stream section, StateSectionInfo info, CancellationToken cancellationToken)
    {
        var (records, notes) = (new List<(PoolRecord, ResourcePoolDefinition)>(), new List<string>());
        await foreach (var record in StateLines.ReadAsync(section, ParticipantJsonContext.Default.PoolRecord, cancellationToken).ConfigureAwait(false))
        {
            var definition = Define(record);
            var unit = record.Key is null
                ? registry.TryGet(record.Name, out var pool) ? pool.Unit : definition.Unit
                : registry.Families.FirstOrDefault(family => family.Name == record.Name)?.Definition.Unit ?? definition.Unit;
            if (unit == definition.Unit)
            {
                records.Add((record, definition));
            }
            else
            {
                notes.Add($"The {record.Name} counted {record.Unit} and counts {unit.Name} now, so what was used of it is left out.");
            }
        }

        return new PoolRestore(registry, time, records, notes);
    }

    private void Add(List<PoolRecord> records, string name, string? key, ResourcePool pool, ResourcePoolDefinition definition)
    {
        IReadOnlyList<(DateTimeOffset Start, long Amount)> use = pool switch
        {
            WindowPool window => window.CaptureUse(time),
            TotalPool total when total.Used > 0 => [(time.GetUtcNow(), total.Used)],
            _ => [],
        };
        if (use.Count > 0)
        {
            records.Add(new PoolRecord(name, key, definition.Kind.ToString(), definition.Limit, definition.Window.Ticks, definition.Unit.Name, definition.Unit.Scale, [.. use.Select(static entry => entry.Start.UtcTicks)], [.. use.Select(static entry => entry.Amount)]));
        }
    }

    private static ResourcePoolDefinition Define(PoolRecord record)
    {
        if (string.IsNullOrWhiteSpace(record.Name) || record.Starts is null || record.Amounts is null || record.Starts.Length != record.Amounts.Length
            || Array.Exists(record.Amounts, static amount => amount < 0) || Array.Exists(record.Starts, static start => start < 0 || start > DateTime.MaxValue.Ticks)
            || (record.Key is not null && !record.Name.Contains(ResourcePoolFamily.KeyPlaceholder, StringComparison.Ordinal)))
        {
            throw new JsonException($"The pool '{record.Name}' is incomplete.");
        }

        var unit = new ResourceUnit(record.Unit, record.Scale);
        var window = TimeSpan.FromTicks(record.WindowTicks);
        return record.Kind switch
        {
            nameof(ResourcePoolKind.Sliding) => ResourcePoolDefinition.Sliding(record.Limit, window, unit),
            nameof(ResourcePoolKind.Fixed) => ResourcePoolDefinition.Fixed(record.Limit, window, unit),
            nameof(ResourcePoolKind.CalendarMonth) => ResourcePoolDefinition.CalendarMonth(record.Limit, unit),
            nameof(ResourcePoolKind.Total) => ResourcePoolDefinition.Total(record.Limit, unit),
            _ => throw new JsonException($"The pool '{record.Name}' is of the unknown kind '{record.Kind}'."),
        };
    }
}
