using Sira.Kernel.Configuration;
using Sira.Storage.Errors;

namespace Sira.Storage.Monitoring;

/// <summary>That the last operations of an engine failed, one after another.</summary>
/// <param name="Kind">What went wrong last.</param>
/// <param name="Message">In words.</param>
/// <param name="Count">How many failed, without one between them that went well.</param>
/// <param name="Since">When the first did.</param>
/// <param name="LastAt">When the last did.</param>
internal sealed record EngineFailure(StorageErrorKind Kind, string Message, long Count, DateTimeOffset Since, DateTimeOffset LastAt)
{
    /// <summary>Returns the next of a row of failures.</summary>
    public static EngineFailure After(EngineFailure? before, Exception exception, DateTimeOffset now)
    {
        // What our engines throw holds neither values nor passwords; of what others throw nobody knows.
        var (kind, message) = exception is StorageException storage
            ? (storage.Kind, storage.Message)
            : (StorageErrorKind.Unknown, $"{exception.GetType().Name}: {SecretText.Mask(exception.Message)}");
        return new EngineFailure(kind, message, (before?.Count ?? 0) + 1, before?.Since ?? now, now);
    }
}
