namespace Sira.Gateway.Ledger;

/// <summary>A row in the making.</summary>
/// <param name="key">What its cells have in common.</param>
/// <param name="day">Their day, where rows are told apart by it.</param>
internal sealed class LedgerGroup(LedgerKey key, int? day)
{
    private readonly LedgerCell sum = new();
    private int first = int.MaxValue;
    private int last = int.MinValue;

    public void Add(int number, LedgerCell cell)
    {
        sum.Add(cell);
        (first, last) = (Math.Min(first, number), Math.Max(last, number));
    }

    public LedgerRow ToRow() => sum.ToRow(key) with
    {
        Day = day is { } number ? DateOnly.FromDayNumber(number) : null,
        FirstDay = last < first ? null : DateOnly.FromDayNumber(first),
        LastDay = last < first ? null : DateOnly.FromDayNumber(last),
    };
}
