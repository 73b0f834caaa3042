namespace Sira.Gateway.Ledger;

/// <summary>The days of the ledger, and the bounds of how many cells they have.</summary>
internal sealed class LedgerStore
{
    // A day is folded when it ended this many days ago at least: no attempt that was being entered at midnight is still being entered then.
    private const int DaysAtRest = 2;

    private readonly Lock gate = new();

    // Ascending; replaced as a whole.
    private volatile LedgerDay[] days = [];
    private volatile LedgerDay? current;

    // The day on which there was nothing left to fold, so that nobody looks for it again on that day.
    private volatile int fullOn = -1;
    private int retentionDays = new LedgerOptions().RetentionDays;
    private int maximum = new LedgerOptions().MaximumCells;
    private int count;

    public void Configure(int retention, int maximumCells, int today)
    {
        lock (gate)
        {
            (retentionDays, fullOn) = (retention, -1);
            Volatile.Write(ref maximum, maximumCells);
            Expire(today);
            HasRoom(today);
        }
    }

    /// <summary>The days that are kept, ascending.</summary>
    public LedgerDay[] GetDays(int today)
    {
        lock (gate)
        {
            Expire(today);
            return days;
        }
    }

    /// <summary>Finds the cell of a key, making it where there is room.</summary>
    public LedgerCell Find(int today, in LedgerKey key)
    {
        var day = current;
        if (day is null || day.Number != today)
        {
            day = Open(today);
        }

        if (day.TryGet(key, out var cell))
        {
            return cell;
        }

        if (fullOn == today)
        {
            if (day.TryGet(key.WithoutCaller(), out cell) || (Volatile.Read(ref count) >= Volatile.Read(ref maximum) && day.TryGet(LedgerKey.Rest, out cell)))
            {
                return cell;
            }
        }

        return Make(day, key);
    }

    /// <summary>Finds the cell of what another process counted, or makes it; <see langword="null"/> when its day is not kept any more.</summary>
    public LedgerCell? FindOlder(int today, int number, LedgerKey key)
    {
        lock (gate)
        {
            if (number < today - retentionDays + 1)
            {
                return null;
            }

            var day = Array.Find(days, day => day.Number == number);
            if (day is null)
            {
                day = new LedgerDay(number);
                days = [.. days.Append(day).OrderBy(static day => day.Number)];
            }

            key = day.Detail == LedgerDetail.Nothing ? LedgerKey.Rest : day.Detail == LedgerDetail.NoCallers ? key.WithoutCaller() : key;
            return day.TryGet(key, out var cell) ? cell : Add(day, count < maximum ? key : LedgerKey.Rest);
        }
    }

    private LedgerDay Open(int today)
    {
        lock (gate)
        {
            var day = Array.Find(days, day => day.Number == today);
            if (day is null)
            {
                // The clock may have been set back, so the new day need not be the last.
                day = new LedgerDay(today);
                days = [.. days.Append(day).OrderBy(static day => day.Number)];
            }

            Expire(today);
            return current = day;
        }
    }

    private LedgerCell Make(LedgerDay day, in LedgerKey key)
    {
        lock (gate)
        {
            if (day.TryGet(key, out var cell))
            {
                return cell;
            }

            if (HasRoom(day.Number))
            {
                return Add(day, key);
            }

            // A tenth is left for what has no caller, and the very last cell of a day takes the rest.
            var folded = key.WithoutCaller();
            return day.TryGet(folded, out cell) ? cell : Add(day, count < maximum ? folded : LedgerKey.Rest);
        }
    }

    private LedgerCell Add(LedgerDay day, in LedgerKey key)
    {
        var before = day.Count;
        var cell = day.GetOrAdd(key);
        Volatile.Write(ref count, count + day.Count - before);
        return cell;
    }

    private bool HasRoom(int today)
    {
        while (count >= maximum - (maximum / 10))
        {
            if (fullOn == today || !TryFold(LedgerDetail.Everything, today) && !TryFold(LedgerDetail.NoCallers, today))
            {
                fullOn = today;
                return false;
            }
        }

        return true;
    }

    private bool TryFold(LedgerDetail detail, int today)
    {
        var index = Array.FindIndex(days, day => day.Detail == detail && day.Number <= today - DaysAtRest);
        if (index < 0)
        {
            return false;
        }

        var folded = days[index].Fold();
        Volatile.Write(ref count, count + folded.Count - days[index].Count);
        LedgerDay[] changed = [.. days];
        changed[index] = folded;
        days = changed;
        return true;
    }

    private void Expire(int today)
    {
        var oldest = today - retentionDays + 1;
        if (days.Length > 0 && days[0].Number < oldest)
        {
            days = Array.FindAll(days, day => day.Number >= oldest);
            Volatile.Write(ref count, days.Sum(static day => day.Count));
        }
    }
}
