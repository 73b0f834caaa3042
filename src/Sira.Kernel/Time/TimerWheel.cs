namespace Sira.Kernel.Time;

/// <summary>Many deadlines on one timer: adding, moving and removing one takes the same time however many there are.</summary>
/// <remarks>
/// A hashed wheel, scheme 6 of Varghese and Lauck, "Hashed and Hierarchical Timing Wheels" (1987): a deadline stands in the slot of its tick modulo the number of slots, and slots are looked through as their ticks pass.
/// It is found up to one tick late, never early. Not thread-safe.
/// </remarks>
/// <param name="tick">The length of a tick, in the unit of the deadlines; at least 1.</param>
internal sealed class TimerWheel(long tick)
{
    private const int Slots = 256;

    private readonly TimerWheelEntry?[] slots = new TimerWheelEntry?[Slots];
    private long passed = -1;

    /// <summary>Gets the number of deadlines.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the time at which <see cref="TakeDue"/> should be called next; <see langword="null"/> when there is nothing to wait for.</summary>
    public long? NextLook
    {
        get
        {
            if (Count == 0)
            {
                return null;
            }

            var look = passed + 1;
            while (slots[look % Slots] is null)
            {
                look++;
            }

            return look * tick;
        }
    }

    /// <summary>Sets or moves a deadline. One that is past is due at once.</summary>
    public void Set(TimerWheelEntry entry, long due)
    {
        Remove(entry);

        // Rounded up: a tick has passed when its beginning has.
        entry.Tick = Math.Max(passed + 1, (due / tick) + (due % tick == 0 ? 0 : 1));
        ref var head = ref slots[entry.Tick % Slots];
        (entry.Next, entry.Previous) = (head, null);
        if (head is not null)
        {
            head.Previous = entry;
        }

        head = entry;
        Count++;
    }

    /// <summary>Removes a deadline, if it is set.</summary>
    public void Remove(TimerWheelEntry entry)
    {
        if (entry.Tick < 0)
        {
            return;
        }

        if (entry.Previous is { } previous)
        {
            previous.Next = entry.Next;
        }
        else
        {
            slots[entry.Tick % Slots] = entry.Next;
        }

        if (entry.Next is { } next)
        {
            next.Previous = entry.Previous;
        }

        (entry.Next, entry.Previous, entry.Tick) = (null, null, TimerWheelEntry.NotSet);
        Count--;
    }

    /// <summary>Takes out what is due.</summary>
    /// <param name="now">The time; one that is earlier than the last is taken for the last.</param>
    /// <param name="due">Receives the entries.</param>
    public void TakeDue(long now, List<TimerWheelEntry> due)
    {
        var current = Math.Max(passed, now / tick);
        var looks = Math.Min(current - passed, Slots);
        for (var i = 1; i <= looks; i++)
        {
            var entry = slots[(passed + i) % Slots];
            while (entry is not null)
            {
                var next = entry.Next;
                if (entry.Tick <= current)
                {
                    Remove(entry);
                    due.Add(entry);
                }

                entry = next;
            }
        }

        passed = current;
    }
}
