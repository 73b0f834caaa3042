using System.Collections.Concurrent;
using System.Globalization;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;

namespace Sira.Storage.Codecs.Compression;

/// <summary>The dictionaries that are in memory, read from the engine when they are needed.</summary>
internal sealed class DictionaryCache(IStorageEngine engine, ZstdLibrary library, TimeSpan duration, TimeProvider time)
{
    // Dictionaries are few; a host with more names of namespaces than this makes them up.
    private const int MaximumNamespaces = 1024;
    private const int MaximumDictionaries = 64;

    private readonly ConcurrentDictionary<(string Namespace, uint Version), ZstdDictionary> loaded = new();
    private readonly ConcurrentDictionary<string, Latest> latest = new(StringComparer.Ordinal);

    /// <summary>The engine through the codec itself: dictionaries are made of values, and encrypted where these are. Set once, since each needs the other.</summary>
    public IStore? Store { get; set; }

    public ZstdLibrary Library => library;

    /// <summary>Returns the dictionary that compresses a namespace; <see langword="null"/> where it has none.</summary>
    public ValueTask<ZstdDictionary?> CurrentAsync(string @namespace, CancellationToken cancellationToken) =>
        latest.TryGetValue(@namespace, out var known) && time.GetElapsedTime(known.ReadAt) < duration
            ? ValueTask.FromResult(known.Dictionary)
            : ReadLatestAsync(@namespace, cancellationToken);

    /// <summary>Returns a dictionary by its version; <see langword="null"/> where there is none.</summary>
    public ValueTask<ZstdDictionary?> FindAsync(string @namespace, uint version, CancellationToken cancellationToken) =>
        loaded.TryGetValue((@namespace, version), out var found) ? ValueTask.FromResult<ZstdDictionary?>(found) : ReadAsync(@namespace, version, cancellationToken);

    public void Forget(string @namespace) => latest.TryRemove(@namespace, out _);

    /// <summary>Returns the versions of a namespace, ascending.</summary>
    public async ValueTask<List<uint>> ListAsync(string @namespace, CancellationToken cancellationToken)
    {
        var versions = new List<uint>();
        var prefix = @namespace + "/";
        var scan = new StoreScan(new StorePartition(CompressionDictionaries.Namespace), prefix) { KeysOnly = true };
        do
        {
            var page = await engine.Store.ScanAsync(scan, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                if (uint.TryParse(item.Name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
                {
                    versions.Add(version);
                }
            }

            scan = scan with { After = page.Next };
        }
        while (scan.After is not null);

        return versions;
    }

    public static StoreKey Key(string @namespace, uint version) => new(CompressionDictionaries.Namespace, string.Create(CultureInfo.InvariantCulture, $"{@namespace}/{version:0000000000}"));

    private async ValueTask<ZstdDictionary?> ReadLatestAsync(string @namespace, CancellationToken cancellationToken)
    {
        var readAt = time.GetTimestamp();
        var versions = engine.Capabilities.Has(StorageFeatures.Scan) ? await ListAsync(@namespace, cancellationToken).ConfigureAwait(false) : [];
        var dictionary = versions.Count > 0 ? await FindAsync(@namespace, versions[^1], cancellationToken).ConfigureAwait(false) : null;
        if (latest.Count >= MaximumNamespaces)
        {
            latest.Clear();
        }

        latest[@namespace] = new Latest(dictionary, readAt);
        return dictionary;
    }

    private async ValueTask<ZstdDictionary?> ReadAsync(string @namespace, uint version, CancellationToken cancellationToken)
    {
        if (await Store!.GetAsync(Key(@namespace, version), cancellationToken).ConfigureAwait(false) is not { } entry)
        {
            return null;
        }

        if (loaded.Count >= MaximumDictionaries)
        {
            loaded.Clear();
        }

        return loaded.GetOrAdd((@namespace, version), new ZstdDictionary(library, version, entry.Value));
    }

    private sealed record Latest(ZstdDictionary? Dictionary, long ReadAt);
}
