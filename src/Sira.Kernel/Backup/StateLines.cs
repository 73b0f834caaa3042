using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sira.Kernel.Backup;

/// <summary>Writes and reads a state as lines of JSON, one record each, so that neither side holds more than one.</summary>
public static class StateLines
{
    /// <summary>Writes records.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="destination">Where to.</param>
    /// <param name="records">The records.</param>
    /// <param name="type">How they are written.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>A task that ends when all are written.</returns>
    public static async ValueTask WriteAsync<T>(Stream destination, IEnumerable<T> records, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(type);
        foreach (var record in records)
        {
            await JsonSerializer.SerializeAsync(destination, record, type, cancellationToken).ConfigureAwait(false);
            await destination.WriteAsync("\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads records.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="section">Where from.</param>
    /// <param name="type">How they are read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The records.</returns>
    /// <exception cref="JsonException">A line is no such record.</exception>
    public static async IAsyncEnumerable<T> ReadAsync<T>(Stream section, JsonTypeInfo<T> type, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(type);
        await foreach (var record in JsonSerializer.DeserializeAsyncEnumerable(section, type, topLevelValues: true, cancellationToken).ConfigureAwait(false))
        {
            yield return record ?? throw new JsonException("A line is null.");
        }
    }
}
