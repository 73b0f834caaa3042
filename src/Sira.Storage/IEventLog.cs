using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Storage;

/// <summary>Streams of events that are only added to.</summary>
/// <remarks>
/// <para>The events of a stream are numbered from 1 without a gap; the number of the last is the stream's version, and stays its version when older events are trimmed. A stream that nobody has appended to, or that was deleted, has version 0.</para>
/// <para>Errors as in <see cref="IStore"/>.</para>
/// </remarks>
public interface IEventLog
{
    /// <summary>Appends events to a stream: all of them or none.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="expected">The version that the stream must have, so that of two writers who have read the same one is told; <see cref="ExpectedVersion.Any"/> for whatever it is.</param>
    /// <param name="events">The events, at least one.</param>
    /// <param name="options">How durably.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether they were appended, and the version of the stream now.</returns>
    ValueTask<AppendResult> AppendAsync(StoreKey stream, ExpectedVersion expected, IReadOnlyList<EventData> events, AppendOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>Reads a stream on from a version.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="after">The version behind which to begin; 0 for the beginning.</param>
    /// <param name="maximum">How many events at most; 1 to 10,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The events in their order. Where the first that are asked for were trimmed, those that are left.</returns>
    ValueTask<EventPage> ReadAsync(StoreKey stream, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default);

    /// <summary>Reads the events of all streams of a namespace in one order, which every reader sees alike: that in which they became readable, so that none ever appears before one that was read already. Engines with <see cref="Capabilities.StorageFeatures.GlobalOrder"/>.</summary>
    /// <param name="namespace">The namespace.</param>
    /// <param name="after">The position behind which to begin; 0 for the beginning.</param>
    /// <param name="maximum">How many events at most; 1 to 10,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The events by ascending position; positions have gaps.</returns>
    /// <exception cref="NotSupportedException">The engine has no such order.</exception>
    ValueTask<EventPage> ReadAllAsync(string @namespace, long after = 0, int maximum = 1000, CancellationToken cancellationToken = default);

    /// <summary>Returns the version of a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The number of its last event; 0 for no stream.</returns>
    ValueTask<long> GetVersionAsync(StoreKey stream, CancellationToken cancellationToken = default);

    /// <summary>Forgets the beginning of a stream. Its version, and the numbers of what is left, stay.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="upTo">The last version to forget.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many events were forgotten.</returns>
    ValueTask<long> TrimAsync(StoreKey stream, long upTo, CancellationToken cancellationToken = default);

    /// <summary>Deletes a stream with all its events.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether there was one.</returns>
    ValueTask<bool> DeleteAsync(StoreKey stream, CancellationToken cancellationToken = default);

    /// <summary>Lists streams by the beginning of their names, in the order of the bytes of their names in UTF-8.</summary>
    /// <param name="scan">Which streams, and how many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A page.</returns>
    ValueTask<StreamPage> ListAsync(StoreScan scan, CancellationToken cancellationToken = default);
}
