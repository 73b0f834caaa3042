namespace Sira.Storage.Writing;

/// <summary>What came of a batch.</summary>
/// <param name="IsDone">Whether all of it was made; otherwise nothing was.</param>
/// <param name="RefusedAt">Which write was refused because its condition did not hold, the first if several were; -1 when the batch was made.</param>
/// <param name="Results">What came of each write, in their order. Of a batch that was refused, what stands where it was refused, and nothing of the others.</param>
public readonly record struct BatchResult(bool IsDone, int RefusedAt, IReadOnlyList<OperationResult> Results);
