namespace Sira.Kernel.Time;

/// <summary>A deadline in a <see cref="TimerWheel"/>. In at most one wheel at a time.</summary>
/// <param name="owner">Whose deadline it is.</param>
internal sealed class TimerWheelEntry(object owner)
{
    /// <summary>The tick of an entry that is in no wheel.</summary>
    public const long NotSet = -1;

    public object Owner { get; } = owner;

    public long Tick { get; set; } = NotSet;

    public TimerWheelEntry? Next { get; set; }

    public TimerWheelEntry? Previous { get; set; }
}
