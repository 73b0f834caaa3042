namespace Sira.Kernel.Configuration;

/// <summary>Holds the current immutable snapshot of a configuration and swaps it atomically. Who has read a snapshot finishes on it.</summary>
/// <remarks>Thread-safe. Reading is one volatile read and never waits for a build. Read <see cref="Current"/> once for each piece of work and pass it on: two reads may give two snapshots.</remarks>
/// <typeparam name="T">The snapshot's type, immutable.</typeparam>
public sealed class SnapshotStore<T>
    where T : class
{
    private readonly Lock gate = new();

    // One reference holds both, so that the version is always that of the snapshot beside it.
    private volatile Entry? current;
    private bool building;

    /// <summary>Gets the current snapshot. One volatile read.</summary>
    /// <exception cref="InvalidOperationException">No snapshot has been published yet.</exception>
    public T Current => current?.Snapshot ?? throw new InvalidOperationException($"No {typeof(T).Name} has been published yet; publish the first one before reading.");

    /// <summary>Gets the version of the current snapshot: 1 for the first, 0 before it.</summary>
    public long Version => current?.Version ?? 0;

    /// <summary>Builds and publishes the next snapshot. Builds are serialised; when the build throws, the current snapshot and its version stay.</summary>
    /// <param name="build">Builds the snapshot from its version and the previous one, which is <see langword="null"/> the first time. It must not publish to this store.</param>
    /// <returns>The published snapshot.</returns>
    /// <exception cref="InvalidOperationException">The build returned <see langword="null"/> or published to this store itself.</exception>
    public T Publish(Func<long, T?, T> build) => Publish(null, build);

    /// <summary>Builds and publishes a snapshot whose version somebody else has counted, as <see cref="Publish(Func{long, T, T})"/> does.</summary>
    /// <param name="version">The version, larger than that of the current snapshot.</param>
    /// <param name="build">Builds the snapshot from its version and the previous one, which is <see langword="null"/> the first time. It must not publish to this store.</param>
    /// <returns>The published snapshot.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The version is not larger than the current one.</exception>
    /// <exception cref="InvalidOperationException">The build returned <see langword="null"/> or published to this store itself.</exception>
    public T Publish(long version, Func<long, T?, T> build) => Publish((long?)version, build);

    private T Publish(long? given, Func<long, T?, T> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        lock (gate)
        {
            if (building)
            {
                throw new InvalidOperationException("A snapshot cannot be published from within the build of another one of the same store.");
            }

            building = true;
            try
            {
                var version = given ?? Version + 1;
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(version, Version, nameof(version));
                var snapshot = build(version, current?.Snapshot) ?? throw new InvalidOperationException($"The build of version {version} returned no {typeof(T).Name}.");
                current = new Entry(snapshot, version);
                return snapshot;
            }
            finally
            {
                building = false;
            }
        }
    }

    private sealed record Entry(T Snapshot, long Version);
}
