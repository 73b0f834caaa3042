using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Keys;
using Sira.Storage.LargeValues;
using Sira.Storage.Migration;

namespace Sira.Storage;

/// <summary>The application's storage: its engines, and which of them keeps what. A service.</summary>
public interface ISiraStorage
{
    /// <summary>Gets the engines, in the order in which they were added. They are closed with the container, not by who uses them.</summary>
    IReadOnlyList<IStorageEngine> Engines { get; }

    /// <summary>Returns where a namespace is kept: the engine itself or, where rules tell tenants apart, all that keep something of it as one.</summary>
    /// <param name="namespace">The namespace.</param>
    /// <returns>An engine that need not be closed.</returns>
    /// <exception cref="ArgumentException">It is no namespace.</exception>
    /// <exception cref="InvalidOperationException">No engine was added.</exception>
    IStorageEngine For(string @namespace);

    /// <summary>Returns an engine by its name.</summary>
    /// <param name="name">The name; ignores case.</param>
    /// <returns>An engine that need not be closed.</returns>
    /// <exception cref="ArgumentException">There is none; the message lists those that there are.</exception>
    IStorageEngine Engine(string name);

    /// <summary>Gets the migrations of the configuration, by namespace. Each is run by whoever asks it to; until it has cut over, everything is read from and decided by the old engine.</summary>
    IReadOnlyDictionary<string, StorageMigration> Migrations { get; }

    /// <summary>Gets the engines that keep their large values in another one, by name: to sweep at once what a host does from time to time. They are closed with the container.</summary>
    IReadOnlyDictionary<string, LargeValueEngine> LargeValues { get; }

    /// <summary>Destroys the data keys of a subject, so that whatever it has stored cannot be read any more, not even from copies of the files. Its large values, and what is on its way to another engine, are reached too. Does nothing where values are not encrypted.</summary>
    /// <param name="partition">A partition that the subject has values in: its engine is asked.</param>
    /// <param name="scope">The scope of the <see cref="SubjectRule"/> that made the subject; <see langword="null"/> for the tenant itself.</param>
    /// <param name="subject">The subject; <see langword="null"/> for the tenant itself.</param>
    /// <param name="cancellationToken">Gives up; can be repeated.</param>
    /// <returns>A task that ends when the keys are gone.</returns>
    /// <exception cref="Errors.StorageException">The engine failed.</exception>
    ValueTask EraseAsync(StorePartition partition, string? scope = null, string? subject = null, CancellationToken cancellationToken = default);
}
