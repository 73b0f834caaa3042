namespace Sira.Kernel.Admission;

/// <summary>Wakes those whose waiting is over, on the thread that ended it and outside any lock.</summary>
/// <remarks>
/// What continues may end a reservation and so the waiting of others, who are then woken not from within it but after it, by the loop that is already running on the thread. A thousand who each finish at once are a loop, not a stack a thousand deep.
/// </remarks>
internal static class InlineCompletions
{
    [ThreadStatic]
    private static Queue<WaitingEntry>? running;

    public static void Run(List<WaitingEntry>? ended)
    {
        if (ended is null)
        {
            return;
        }

        if (running is { } loop)
        {
            foreach (var entry in ended)
            {
                loop.Enqueue(entry);
            }

            return;
        }

        var own = running = new Queue<WaitingEntry>(ended);
        try
        {
            while (own.TryDequeue(out var entry))
            {
                entry.Publish();
            }
        }
        finally
        {
            running = null;
        }
    }
}
