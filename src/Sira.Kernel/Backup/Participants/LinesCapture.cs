using System.Text.Json.Serialization.Metadata;

namespace Sira.Kernel.Backup.Participants;

/// <summary>A state that is written as lines.</summary>
/// <typeparam name="T">The record.</typeparam>
internal sealed class LinesCapture<T>(IReadOnlyList<T> records, JsonTypeInfo<T> type) : IStateCapture
{
    public ValueTask SaveAsync(Stream destination, CancellationToken cancellationToken) => StateLines.WriteAsync(destination, records, type, cancellationToken);
}
