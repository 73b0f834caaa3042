using Npgsql;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.PostgreSql.Connections;

namespace Sira.Storage.PostgreSql.Events;

/// <summary>Reads pages of events.</summary>
internal static class EventReader
{
    /// <summary>Runs a statement that asks for one event more than the page has, which tells whether it is the last.</summary>
    /// <param name="command">The statement.</param>
    /// <param name="stream">The stream, or, of all streams, only its namespace.</param>
    /// <param name="isGlobal">Whether it is the events of all streams.</param>
    /// <param name="after">Where it began.</param>
    /// <param name="maximum">How many events the page has at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async ValueTask<EventPage> PageAsync(NpgsqlCommand command, StoreKey stream, bool isGlobal, long after, int maximum, CancellationToken cancellationToken)
    {
        var events = new List<StoredEvent>();
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (events.Count == maximum)
                {
                    return new EventPage(events, Next(events, isGlobal), IsEnd: false);
                }

                var (version, position, type) = (reader.GetInt64(0), reader.GetInt64(1), KeyBytes.ToName(reader.GetFieldValue<byte[]>(2)));
                var (data, time) = (reader.GetFieldValue<byte[]>(3), reader.GetFieldValue<DateTimeOffset>(4));
                var from = isGlobal ? new StoreKey(stream.Namespace, KeyBytes.ToName(reader.GetFieldValue<byte[]>(6)), KeyBytes.ToTenant(reader.GetFieldValue<byte[]>(5))) : stream;
                events.Add(new StoredEvent(from, version, position, type, data, time));
            }
        }

        return new EventPage(events, events.Count > 0 ? Next(events, isGlobal) : after, IsEnd: true);
    }

    private static long Next(List<StoredEvent> events, bool isGlobal) => isGlobal ? events[^1].Position : events[^1].Version;
}
