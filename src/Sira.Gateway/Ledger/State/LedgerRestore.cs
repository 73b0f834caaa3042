using Sira.Kernel.Backup;

namespace Sira.Gateway.Ledger.State;

/// <summary>Adds cells to those there are.</summary>
internal sealed class LedgerRestore(UsageLedger ledger, List<LedgerRecord> records) : IStateRestore
{
    private readonly List<(LedgerCell Cell, long[] Counts)> added = [];

    public IReadOnlyList<string> Notes => [];

    public ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        foreach (var record in records)
        {
            var key = new LedgerKey(record.Tenant, record.Team, record.User, record.Key, record.Route, record.Target, record.Model, record.Variant);
            if (ledger.FindOlder(record.Day, key) is { } cell)
            {
                cell.AddAll(record.Counts, 1);
                added.Add((cell, record.Counts));
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask UndoAsync()
    {
        foreach (var (cell, counts) in added)
        {
            cell.AddAll(counts, -1);
        }

        added.Clear();
        return ValueTask.CompletedTask;
    }
}
