using System.Text.Json;
using Sira.Kernel.Backup;

namespace Sira.Gateway.Ledger.State;

/// <summary>What calls have used and cost, so that the ledger goes on where it was. Added to what this process has entered itself.</summary>
internal sealed class LedgerParticipant(UsageLedger ledger) : IStateParticipant
{
    public string Name => "usage-ledger";

    public int SchemaVersion => 1;

    public IStateCapture Capture()
    {
        var records = new List<LedgerRecord>();
        foreach (var day in ledger.GetDays())
        {
            foreach (var (key, cell) in day.Cells)
            {
                records.Add(new LedgerRecord(day.Number, key.Tenant, key.Team, key.User, key.Key, key.Route, key.Target, key.Model, key.Variant, cell.ReadAll()));
            }
        }

        return new LedgerCapture(records);
    }

    public async ValueTask<IStateRestore> PrepareAsync(Stream section, StateSectionInfo info, CancellationToken cancellationToken)
    {
        var records = new List<LedgerRecord>();
        await foreach (var record in StateLines.ReadAsync(section, LedgerStateJsonContext.Default.LedgerRecord, cancellationToken).ConfigureAwait(false))
        {
            if (record.Counts is not { Length: LedgerCell.Counts } counts || Array.Exists(counts, static count => count < 0) || record.Day < 0 || record.Day > DateOnly.MaxValue.DayNumber)
            {
                throw new JsonException($"The cell number {records.Count + 1} is incomplete.");
            }

            records.Add(record);
        }

        return new LedgerRestore(ledger, records);
    }
}
