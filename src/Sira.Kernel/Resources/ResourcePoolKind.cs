namespace Sira.Kernel.Resources;

/// <summary>How a pool gets back what was used.</summary>
public enum ResourcePoolKind
{
    /// <summary>When its holder ends: a <see cref="ConcurrencyPool"/>.</summary>
    Concurrency,

    /// <summary>When it has left a window that moves with time: <see cref="WindowPool.Sliding"/>.</summary>
    Sliding,

    /// <summary>When the next window of wall-clock time begins: <see cref="WindowPool.Fixed"/>.</summary>
    Fixed,

    /// <summary>When the next calendar month of UTC begins: <see cref="WindowPool.CalendarMonth"/>.</summary>
    CalendarMonth,

    /// <summary>Never: a <see cref="TotalPool"/>.</summary>
    Total,
}
