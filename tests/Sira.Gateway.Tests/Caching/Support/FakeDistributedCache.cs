using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Distributed;

namespace Sira.Gateway.Tests.Caching.Support;

/// <summary>A second level that can be broken.</summary>
internal sealed class FakeDistributedCache : IDistributedCache
{
    public ConcurrentDictionary<string, byte[]> Entries { get; } = new();

    public List<DistributedCacheEntryOptions> Written { get; } = [];

    public int Reads { get; private set; }

    /// <summary>What each operation does first.</summary>
    public Func<CancellationToken, Task>? Before { get; set; }

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        Reads++;
        await (Before?.Invoke(token) ?? Task.CompletedTask);
        return Entries.GetValueOrDefault(key);
    }

    public async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        await (Before?.Invoke(token) ?? Task.CompletedTask);
        Written.Add(options);
        Entries[key] = value;
    }

    public byte[]? Get(string key) => throw new NotSupportedException();

    public void Refresh(string key) => throw new NotSupportedException();

    public Task RefreshAsync(string key, CancellationToken token = default) => throw new NotSupportedException();

    public void Remove(string key) => throw new NotSupportedException();

    public Task RemoveAsync(string key, CancellationToken token = default) => throw new NotSupportedException();

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException();
}
