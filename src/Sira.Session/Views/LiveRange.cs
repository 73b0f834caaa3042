namespace Sira.Session.Views;

/// <summary>Versions whose events were not rewound.</summary>
/// <param name="After">The version behind which they begin.</param>
/// <param name="To">The last of them.</param>
internal readonly record struct LiveRange(long After, long To)
{
    /// <summary>Finds the versions that are in effect at a version: from there back to the beginning, by way of where each rewind led.</summary>
    /// <param name="rewinds">Each rewind's own version and the one that it led to, ascending.</param>
    /// <param name="version">The version.</param>
    /// <returns>The ranges, ascending.</returns>
    public static List<LiveRange> Find(IReadOnlyList<(long At, long To)> rewinds, long version)
    {
        var ranges = new List<LiveRange>();
        var last = version;
        for (var i = rewinds.Count - 1; i >= 0; i--)
        {
            if (rewinds[i].At > last)
            {
                continue;
            }

            if (rewinds[i].At < last)
            {
                ranges.Add(new LiveRange(rewinds[i].At, last));
            }

            last = rewinds[i].To;
        }

        ranges.Add(new LiveRange(0, last));
        ranges.Reverse();
        return ranges;
    }
}
