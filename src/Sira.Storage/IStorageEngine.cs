using Sira.Storage.Capabilities;
using Sira.Storage.Keys;

namespace Sira.Storage;

/// <summary>A place where Sira keeps things: values, logs of events, and what tells of their changes.</summary>
/// <remarks>
/// <para>What every engine must do, and what it may leave out and has to declare, is written as tests: an engine is right when it passes the conformance suite of <c>Sira.Storage.Conformance</c>.</para>
/// <para>Thread-safe. Values and streams are two worlds: a value and a stream of the same key have nothing to do with each other.</para>
/// </remarks>
public interface IStorageEngine : IAsyncDisposable
{
    /// <summary>Gets the engine's name, by which policies and errors call it.</summary>
    string Name { get; }

    /// <summary>Gets what the engine can do, and within which limits. Known without a connection, and the same for its whole life.</summary>
    StorageCapabilities Capabilities { get; }

    /// <summary>Gets the values.</summary>
    IStore Store { get; }

    /// <summary>Gets the logs; <see langword="null"/> for an engine without <see cref="StorageFeatures.EventLog"/>.</summary>
    IEventLog? Events { get; }

    /// <summary>Gets what tells of changes; <see langword="null"/> for an engine without <see cref="StorageFeatures.ChangeFeed"/>.</summary>
    IChangeFeed? Changes { get; }

    /// <summary>Opens the engine, so that a mistake shows at the start and not at the first use, which would open it otherwise: connects, logs in, checks the schema, recovers what a crash left.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when the engine can be used.</returns>
    /// <exception cref="Errors.StorageException">It cannot be.</exception>
    ValueTask OpenAsync(CancellationToken cancellationToken = default);

    /// <summary>Lists the partitions that hold values or streams: each once, in no order, and also some that hold nothing any more. For moving, saving and erasing.</summary>
    /// <param name="namespace">Of which namespace; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The partitions. One that comes meanwhile may be there or not.</returns>
    /// <exception cref="Errors.StorageException">Something went wrong with the engine.</exception>
    IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default);
}
