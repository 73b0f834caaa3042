using Sira.Storage.Changes;
using Sira.Storage.Keys;

namespace Sira.Storage.Migration;

/// <summary>Tells of the changes of the source, and from the cut-over on of those of the target, with a <see cref="ChangeKind.Missed"/> in between: all tags have changed.</summary>
internal sealed class MigratingSubscription(StorePartition scope, IChangeSubscription source, Action<MigratingSubscription> ended) : IChangeSubscription
{
    private readonly CancellationTokenSource switched = new();
    private IChangeSubscription? target;

    public StorePartition Scope { get; } = scope;

    public void Switch(IChangeSubscription next)
    {
        target = next;
        switched.Cancel();
    }

    public async IAsyncEnumerator<StoreChange> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, switched.Token);
        var changes = source.GetAsyncEnumerator(linked.Token);
        await using var ending = changes.ConfigureAwait(false);
        while (await NextAsync(changes, cancellationToken).ConfigureAwait(false))
        {
            yield return changes.Current with { ETag = SourceTag.Wrap(changes.Current.ETag) };
        }

        if (target is not { } next)
        {
            yield break;
        }

        yield return new StoreChange(ChangeKind.Missed, default, default);
        await foreach (var change in next.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return change;
        }
    }

    public async ValueTask DisposeAsync()
    {
        ended(this);
        await source.DisposeAsync().ConfigureAwait(false);
        if (target is { } next)
        {
            await next.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<StoreChange> changes, CancellationToken cancellationToken)
    {
        try
        {
            return await changes.MoveNextAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (switched.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
