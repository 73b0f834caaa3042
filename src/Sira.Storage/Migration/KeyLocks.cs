using Sira.Storage.Keys;

namespace Sira.Storage.Migration;

/// <summary>Lets one at a time work on a key. Keys share locks by their hash.</summary>
internal sealed class KeyLocks
{
    private const int Count = 1024;

    private readonly SemaphoreSlim[] locks = [.. Enumerable.Range(0, Count).Select(static _ => new SemaphoreSlim(1))];

    /// <summary>Waits for the keys. Always in the same order, so that two who want the same keys do not wait for each other.</summary>
    /// <returns>What to give back to <see cref="Release"/>.</returns>
    public async ValueTask<int[]> AcquireAsync(IReadOnlyList<StoreKey> keys)
    {
        int[] indexes = keys.Count == 1 ? [IndexOf(keys[0])] : [.. keys.Select(IndexOf).Distinct().Order()];
        foreach (var index in indexes)
        {
            await locks[index].WaitAsync().ConfigureAwait(false);
        }

        return indexes;
    }

    public void Release(int[] indexes)
    {
        foreach (var index in indexes)
        {
            locks[index].Release();
        }
    }

    private static int IndexOf(StoreKey key) => (int)((uint)key.GetHashCode() % Count);
}
