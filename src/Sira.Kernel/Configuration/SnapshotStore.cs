namespace Sira.Kernel.Configuration;

/// <summary>Holds the current immutable snapshot of a configuration and swaps it atomically. Who has read a snapshot finishes on it.</summary>
/// <typeparam name="T">The snapshot's type, immutable.</typeparam>
public sealed class SnapshotStore<T>
    where T : class
{
    /// <summary>Gets the current snapshot. One volatile read.</summary>
    /// <exception cref="InvalidOperationException">No snapshot has been published yet.</exception>
    public T Current => throw new InvalidOperationException();

    /// <summary>Gets the version of the current snapshot: 1 for the first, 0 before it.</summary>
    public long Version => throw new InvalidOperationException();

    /// <summary>Builds and publishes the next snapshot. Builds are serialised; when the build throws, the current snapshot stays.</summary>
    /// <param name="build">Builds the snapshot from its version and the previous one.</param>
    /// <returns>The published snapshot.</returns>
    public T Publish(Func<long, T?, T> build) => throw new InvalidOperationException(build.ToString());
}
