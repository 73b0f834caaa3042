namespace Sira.Storage.Changes;

/// <summary>A stream of changes. Read by one reader; it ends when it is disposed of.</summary>
public interface IChangeSubscription : IAsyncEnumerable<StoreChange>, IAsyncDisposable
{
}
