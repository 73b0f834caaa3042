using Sira.Kernel.Backup;

namespace Sira.Gateway.Ledger.State;

/// <summary>The cells of one instant.</summary>
internal sealed class LedgerCapture(IReadOnlyList<LedgerRecord> records) : IStateCapture
{
    public ValueTask SaveAsync(Stream destination, CancellationToken cancellationToken) => StateLines.WriteAsync(destination, records, LedgerStateJsonContext.Default.LedgerRecord, cancellationToken);
}
