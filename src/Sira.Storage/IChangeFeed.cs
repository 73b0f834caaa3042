using Sira.Storage.Changes;
using Sira.Storage.Keys;

namespace Sira.Storage;

/// <summary>Tells of writes, also those of other processes where the engine is shared.</summary>
/// <remarks>For invalidating what was read before, not for keeping a copy: a change is told of at least once and without its value, and where some may have been missed, a <see cref="ChangeKind.Missed"/> says so. The changes of one key come in their order.</remarks>
public interface IChangeFeed
{
    /// <summary>Begins to listen. Every change that is made after the task has ended is told of.</summary>
    /// <param name="scope">Whose changes.</param>
    /// <param name="cancellationToken">Gives up beginning; ends nothing that has begun.</param>
    /// <returns>The subscription; listening ends when it is disposed of.</returns>
    ValueTask<IChangeSubscription> SubscribeAsync(StorePartition scope, CancellationToken cancellationToken = default);
}
