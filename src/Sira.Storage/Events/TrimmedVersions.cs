namespace Sira.Storage.Events;

/// <summary>Events in the place of those that were trimmed, for copying a stream: appended, and trimmed again, they make the numbers of what is left the same.</summary>
internal static class TrimmedVersions
{
    private const string Type = "sira.trimmed";

    /// <summary>Returns events for so many versions, or for as many of them as go into one append.</summary>
    public static EventData[] Fill(long count, int maximum)
    {
        var events = new EventData[Math.Min(count, maximum)];
        Array.Fill(events, new EventData(Type, default));
        return events;
    }
}
