using Sira.Kernel.Time;

namespace Sira.Testing.Messaging;

/// <summary>What becomes of one call to a journal.</summary>
public readonly record struct JournalFault(TimeSpan Before = default, TimeSpan After = default, bool Fails = false, bool HasEffect = false, bool IsFull = false)
{
    /// <summary>Slow, hanging for up to a minute, failing before or after its effect, or, mostly, nothing of it.</summary>
    public static JournalFault Draw(IRandomSource random) => random.Next(12) switch
    {
        0 => new JournalFault(Before: TimeSpan.FromMilliseconds(1 + random.Next(500))),
        1 => new JournalFault(After: TimeSpan.FromMilliseconds(1 + random.Next(500))),
        2 => new JournalFault(Before: TimeSpan.FromSeconds(1 + random.Next(60))),
        3 => new JournalFault(After: TimeSpan.FromSeconds(1 + random.Next(60))),
        4 => new JournalFault(Fails: true),
        5 => new JournalFault(Before: TimeSpan.FromSeconds(random.Next(5)), Fails: true, HasEffect: true),
        _ => default,
    };
}
