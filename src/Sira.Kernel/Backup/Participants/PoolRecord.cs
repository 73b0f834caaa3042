namespace Sira.Kernel.Backup.Participants;

/// <summary>What is used of a pool.</summary>
/// <param name="Name">The pool, or the family that it belongs to.</param>
/// <param name="Key">Its key in the family; <see langword="null"/> for a pool of its own.</param>
/// <param name="Kind">The name of its kind.</param>
/// <param name="Limit">Its limit.</param>
/// <param name="WindowTicks">The length of its window.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Scale">How many counted units make one that is written.</param>
/// <param name="Starts">The instants, in ticks of UTC, at which the periods began in which it was used.</param>
/// <param name="Amounts">What was used in each.</param>
internal sealed record PoolRecord(string Name, string? Key, string Kind, long Limit, long WindowTicks, string Unit, decimal Scale, long[] Starts, long[] Amounts);
