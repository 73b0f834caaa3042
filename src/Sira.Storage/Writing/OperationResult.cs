using Sira.Storage.Values;

namespace Sira.Storage.Writing;

/// <summary>What stands at a key after a batch.</summary>
/// <param name="ETag">The tag of the value; <see cref="ETag.None"/> for none, and for streams.</param>
/// <param name="Version">The version of the stream; 0 for values.</param>
public readonly record struct OperationResult(ETag ETag, long Version = 0);
