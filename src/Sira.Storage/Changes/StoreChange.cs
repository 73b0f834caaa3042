using Sira.Storage.Keys;
using Sira.Storage.Values;

namespace Sira.Storage.Changes;

/// <summary>A change.</summary>
/// <param name="Kind">What has happened.</param>
/// <param name="Key">To what; without a meaning for <see cref="ChangeKind.Missed"/>.</param>
/// <param name="ETag">The tag of the value that was written; otherwise <see cref="ETag.None"/>.</param>
public readonly record struct StoreChange(ChangeKind Kind, StoreKey Key, ETag ETag);
