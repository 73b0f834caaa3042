namespace Sira.Kernel.Admission;

/// <summary>Who of a queue makes way last when it is full: the higher priority, then the earlier arrival.</summary>
internal sealed class WaitingOrder : IComparer<WaitingEntry>
{
    public static WaitingOrder Instance { get; } = new();

    public int Compare(WaitingEntry? x, WaitingEntry? y)
    {
        var order = y!.Priority.CompareTo(x!.Priority);
        return order != 0 ? order : x.Arrival.CompareTo(y.Arrival);
    }
}
