namespace Sira.Kernel.Tests.Resources;

/// <summary>What a sliding window is meant to be, written as plainly as possible: a list of what was reserved when, searched from end to end.</summary>
internal sealed class SlidingWindowModel(long width, long periods)
{
    private readonly List<Entry> entries = [];

    public long Used(long now)
    {
        entries.RemoveAll(entry => !Counts(entry, now));
        return entries.Sum(entry => entry.Amount);
    }

    public Entry Reserve(long now, long amount)
    {
        var entry = new Entry { At = now, Amount = amount };
        entries.Add(entry);
        return entry;
    }

    public void Settle(long now, Entry entry, long actual)
    {
        if (actual > entry.Amount)
        {
            entries.Add(new Entry { At = now, Amount = actual - entry.Amount, IsDebt = true });
        }
        else
        {
            entry.Amount = actual;
        }
    }

    /// <summary>The first instant from which an amount fits if nothing else happens.</summary>
    public long FitsAt(long now, long amount, long limit)
    {
        foreach (var leaves in entries.Select(Leaves).Where(leaves => leaves > now).Order())
        {
            if (entries.Where(entry => Leaves(entry) > leaves).Sum(entry => entry.Amount) + amount <= limit)
            {
                return leaves;
            }
        }

        throw new InvalidOperationException("It never fits.");
    }

    /// <summary>What is reserved, without debt, within the window that ends now. Knows nothing of periods.</summary>
    public long ReservedWithin(long now, long window) =>
        entries.Where(entry => !entry.IsDebt && entry.At > now - window).Sum(entry => entry.Amount);

    private bool Counts(Entry entry, long now) => now < Leaves(entry);

    private long Leaves(Entry entry) => ((entry.At / width) + periods) * width;

    internal sealed class Entry
    {
        public long At { get; init; }

        public long Amount { get; set; }

        public bool IsDebt { get; init; }
    }
}
