using Sira.Storage.Keys;

namespace Sira.Storage.Migration;

/// <summary>Something that stood otherwise in the target than in the source, and was put right.</summary>
/// <param name="Key">The value or stream.</param>
/// <param name="IsStream">Whether it is a stream.</param>
/// <param name="What">What differed; never holds a value.</param>
public readonly record struct MigrationDifference(StoreKey Key, bool IsStream, string What);
