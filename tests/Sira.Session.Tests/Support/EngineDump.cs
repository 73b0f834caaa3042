using System.Text;
using Sira.Storage;
using Sira.Storage.Keys;

namespace Sira.Session.Tests.Support;

/// <summary>Everything that an engine keeps, to look for what must not be there.</summary>
internal static class EngineDump
{
    public static async Task<string> ReadAsync(IStorageEngine engine)
    {
        var text = new StringBuilder();
        await foreach (var partition in engine.ListPartitionsAsync())
        {
            foreach (var item in (await engine.Store.ScanAsync(new StoreScan(partition) { PageSize = 10_000 })).Items)
            {
                text.Append("value ").Append(item.Name).Append('=').AppendLine(Encoding.UTF8.GetString(item.Entry.Value.Span));
            }

            foreach (var stream in (await engine.Events!.ListAsync(new StoreScan(partition) { PageSize = 10_000 })).Streams)
            {
                foreach (var item in (await engine.Events.ReadAsync(partition.Key(stream.Name), 0, 10_000)).Events)
                {
                    text.Append("event ").Append(stream.Name).Append('#').Append(item.Version).Append(' ').Append(item.Type).Append('=').AppendLine(Encoding.UTF8.GetString(item.Data.Span));
                }
            }
        }

        return text.ToString();
    }
}
