using System.Text;
using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Storage.Tests.Support;

/// <summary>Values as texts.</summary>
internal static class Texts
{
    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static EventData Event(string text) => new("test", Bytes(text));

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    public static async Task<string?> ReadAsync(this IStore store, StoreKey key) => await store.GetAsync(key) is { } entry ? Text(entry.Value) : null;

    /// <summary>Everything of a namespace as lines: values, and streams with each event that is left.</summary>
    public static async Task<List<string>> DumpAsync(this IStorageEngine engine, string @namespace)
    {
        var lines = new List<string>();
        await foreach (var partition in engine.ListPartitionsAsync(@namespace))
        {
            for (string? after = null; ;)
            {
                var page = await engine.Store.ScanAsync(new StoreScan(partition) { After = after });
                lines.AddRange(page.Items.Select(item => $"{partition.Key(item.Name)} = {Convert.ToBase64String(item.Entry.Value.Span)}{(item.Entry.ExpiresAt is null ? "" : " (expires)")}"));
                if ((after = page.Next) is null)
                {
                    break;
                }
            }

            for (string? after = null; ;)
            {
                var page = await engine.Events!.ListAsync(new StoreScan(partition) { After = after });
                foreach (var stream in page.Streams)
                {
                    var events = (await engine.Events.ReadAsync(partition.Key(stream.Name), 0, 10_000)).Events;
                    lines.Add($"{partition.Key(stream.Name)} @ {stream.Version}: {string.Join(' ', events.Select(static item => $"{item.Version}:{item.Type}:{Convert.ToBase64String(item.Data.Span)}"))}");
                }

                if ((after = page.Next) is null)
                {
                    break;
                }
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}
