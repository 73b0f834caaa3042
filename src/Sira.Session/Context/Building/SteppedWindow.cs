namespace Sira.Session.Context.Building;

/// <summary>Finds where a window over a history begins, which moves in steps.</summary>
/// <remarks>
/// A window that moves with each turn changes the prompt from its first message on, and no provider can read any of it from its cache. This one moves only when it overflows, and then so far
/// that it does not for many turns. Where it stands follows from the history alone: the decisions of the turns before are made again, so that every host and every process finds the same, and nothing is kept.
/// </remarks>
internal static class SteppedWindow
{
    /// <summary>Finds the first item of the window.</summary>
    /// <param name="items">The items, oldest first.</param>
    /// <param name="next">What this turn asks.</param>
    /// <param name="room">How much room there is as long as nothing was dropped.</param>
    /// <param name="later">How much there is from then on.</param>
    /// <param name="keep">The share that stays filled.</param>
    public static int Start(ReadOnlySpan<WindowItem> items, ContextRoom next, ContextRoom room, ContextRoom later, double keep)
    {
        var start = 0;
        var size = default(ContextRoom);
        for (var i = 0; i <= items.Length; i++)
        {
            var input = i < items.Length ? items[i].Input : next;
            if (!(start == 0 ? room : later).Holds(size + input))
            {
                var target = (later - input).Share(keep);
                while (start < i && !target.Holds(size))
                {
                    size -= items[start++].Size;
                }
            }

            if (i < items.Length)
            {
                size += items[i].Size;
            }
        }

        return start;
    }
}
