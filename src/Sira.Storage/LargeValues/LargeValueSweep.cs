namespace Sira.Storage.LargeValues;

/// <summary>What a sweep has found.</summary>
/// <param name="Kept">How many large values are referred to, or may be: those that are young are not counted.</param>
/// <param name="Removed">How many were left over, and are gone.</param>
/// <param name="Unreadable">How many it could not be told of, because what stands under their key cannot be read; they stay.</param>
public sealed record LargeValueSweep(long Kept, long Removed, long Unreadable);
