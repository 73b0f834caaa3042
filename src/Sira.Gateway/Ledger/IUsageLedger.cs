namespace Sira.Gateway.Ledger;

/// <summary>What calls of models have used and cost, by day and by whom, over which route and at which target.</summary>
/// <remarks>
/// <para>Every attempt is entered exactly once, when it is settled: failed and cancelled ones too, with what they cost. Held in memory; <c>AddStateStorage</c> keeps it in a storage engine, so that it survives restarts.</para>
/// <para>Thread-safe. A query reads while attempts are entered: one that is being entered at that instant may be in its row in part. When nothing runs, all numbers are exact.</para>
/// </remarks>
public interface IUsageLedger
{
    /// <summary>Sums up what has been entered.</summary>
    /// <param name="query">What to sum up, and by what.</param>
    /// <returns>The rows, ordered by day and then by the other dimensions as <see cref="LedgerRow"/> lists them; what has no value comes first.</returns>
    /// <exception cref="ArgumentException">The query ends before it begins, or groups by something that there is not.</exception>
    IReadOnlyList<LedgerRow> Query(LedgerQuery query);

    /// <summary>Writes the rows of a query to a stream, which is left open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="format">How they are written.</param>
    /// <param name="query">What to write; <see langword="null"/> for everything in full detail.</param>
    /// <param name="cancellationToken">Stops the writing; what has been written stays.</param>
    /// <returns>A task that ends when everything has been written and flushed.</returns>
    /// <exception cref="ArgumentException">The query is impossible, the format unknown, or the stream cannot be written to.</exception>
    Task ExportAsync(Stream stream, LedgerFormat format, LedgerQuery? query = null, CancellationToken cancellationToken = default);
}
