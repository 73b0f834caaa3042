using Sira.Storage.Values;

namespace Sira.Storage.Writing;

/// <summary>What came of a write.</summary>
/// <param name="IsDone">Whether it was made.</param>
/// <param name="ETag">The tag of what stands there now: of what was written, or of what kept it from being written; <see cref="ETag.None"/> for nothing.</param>
public readonly record struct WriteResult(bool IsDone, ETag ETag);
