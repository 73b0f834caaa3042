using Sira.Storage.Codecs;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Keys;
using Sira.Storage.LargeValues;

namespace Sira.Storage.Tests.LargeValues;

/// <summary>Engines that keep their large values in another.</summary>
internal static class SplitEngines
{
    public static LargeValueEngine InMemory(TimeProvider time) => new(new MemoryEngine(time: time), new MemoryEngine(time: time), new LargeValueOptions { Over = 1 }, time);

    public static LargeValueEngine OnDisk(TemporaryFile main, TemporaryFile large) => new(
        new CodecEngine(new SqliteEngine(new SqliteEngineOptions { Path = main.Path }), new CodecOptions()),
        new CodecEngine(new SqliteEngine(new SqliteEngineOptions { Path = large.Path }), LargeValueEngine.ExtendCodec(new CodecOptions())),
        new LargeValueOptions { Over = 16 });

    /// <summary>The large values that an engine keeps, by the names that they belong to.</summary>
    public static async Task<List<string>> LargeAsync(IStorageEngine large)
    {
        var names = new List<string>();
        await foreach (var partition in large.ListPartitionsAsync())
        {
            for (string? after = null; partition.Namespace.StartsWith("sira.large.", StringComparison.Ordinal);)
            {
                var page = await large.Store.ScanAsync(new StoreScan(partition) { After = after, KeysOnly = true });
                names.AddRange(page.Items.Select(static item => item.Name[..^49]));
                if ((after = page.Next) is null)
                {
                    break;
                }
            }
        }

        return names;
    }
}
