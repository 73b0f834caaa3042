using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Tests.Support;
using Sira.Storage.Writing;

namespace Sira.Storage.Tests.Migration;

/// <summary>Fills a namespace with one of everything.</summary>
internal static class MigrationWorld
{
    public const string Namespace = "things";

    public static async Task FillAsync(IStorageEngine engine, int count = 12)
    {
        foreach (var partition in (StorePartition[])[new(Namespace), new(Namespace, "tenant"), new(Namespace, "another tenant")])
        {
            for (var i = 0; i < count; i++)
            {
                await engine.Store.PutAsync(partition.Key($"value {i:00} \uD83D\uDE00"), Texts.Bytes($"{partition} {i}"), new() { TimeToLive = i % 4 == 0 ? TimeSpan.FromHours(1) : null });
            }

            await engine.Store.PutAsync(partition.Key("empty"), default);
            await AppendAsync(engine, partition.Key("stream"), 25);
            await AppendAsync(engine, partition.Key("trimmed"), 25);
            await engine.Events!.TrimAsync(partition.Key("trimmed"), 13);
            await AppendAsync(engine, partition.Key("trimmed to its end"), 7);
            await engine.Events.TrimAsync(partition.Key("trimmed to its end"), 7);
        }

        await engine.Store.PutAsync(new StoreKey("elsewhere", "a"), Texts.Bytes("not moved"));
    }

    public static async Task AppendAsync(IStorageEngine engine, StoreKey stream, int count)
    {
        for (var i = 1; i <= count; i++)
        {
            await engine.Events!.AppendAsync(stream, ExpectedVersion.Any, [Texts.Event($"{stream.Name} {i}")]);
        }
    }
}
