using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Sira.Gateway.Ledger;

/// <summary>The cells of one day. Read without a lock; cells are added under the ledger's.</summary>
/// <param name="number">The day, counted as <see cref="DateOnly.DayNumber"/> does.</param>
/// <param name="detail">What it still tells apart.</param>
internal sealed class LedgerDay(int number, LedgerDetail detail = LedgerDetail.Everything)
{
    private readonly ConcurrentDictionary<LedgerKey, LedgerCell> cells = new();

    public int Number => number;

    public LedgerDetail Detail => detail;

    /// <summary>How many cells there are.</summary>
    public int Count { get; private set; }

    public IEnumerable<KeyValuePair<LedgerKey, LedgerCell>> Cells => cells;

    public bool TryGet(in LedgerKey key, [NotNullWhen(true)] out LedgerCell? cell) => cells.TryGetValue(key, out cell);

    public LedgerCell GetOrAdd(in LedgerKey key)
    {
        if (!cells.TryGetValue(key, out var cell))
        {
            cells[key] = cell = new LedgerCell();
            Count++;
        }

        return cell;
    }

    /// <summary>Makes a day with the same sums that tells less apart. Readers of this one are not disturbed.</summary>
    public LedgerDay Fold()
    {
        var folded = new LedgerDay(number, detail + 1);
        foreach (var (key, cell) in cells)
        {
            folded.GetOrAdd(folded.Detail == LedgerDetail.Nothing ? LedgerKey.Rest : key.WithoutCaller()).Add(cell);
        }

        return folded;
    }
}
