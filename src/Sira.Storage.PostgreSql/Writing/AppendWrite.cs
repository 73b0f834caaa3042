using Npgsql;
using NpgsqlTypes;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.PostgreSql.Connections;
using Sira.Storage.PostgreSql.Statements;

namespace Sira.Storage.PostgreSql.Writing;

/// <summary>Appends events to a stream.</summary>
/// <param name="statements">The statements.</param>
/// <param name="stream">The stream.</param>
/// <param name="expected">What must stand there.</param>
/// <param name="events">The events.</param>
/// <param name="isDurable">Whether the commit waits for the disk.</param>
internal sealed class AppendWrite(EventStatements statements, StoreKey stream, ExpectedVersion expected, IReadOnlyList<EventData> events, bool isDurable)
    : SingleWrite(StatementFor(statements, expected), stream, LengthOf(events), isDurable)
{
    public override void Bind(NpgsqlParameterCollection parameters)
    {
        var types = new byte[events.Count][];
        var contents = new ReadOnlyMemory<byte>[events.Count];
        for (var i = 0; i < types.Length; i++)
        {
            // Most appends repeat one type.
            types[i] = i > 0 && events[i].Type == events[i - 1].Type ? types[i - 1] : KeyBytes.Of(events[i].Type);
            contents[i] = events[i].Data;
        }

        parameters.Bind(Key).Bind((long)types.Length).BindArray(NpgsqlDbType.Bytea, types).BindArray(NpgsqlDbType.Bytea, contents).Bind(IsDurable);
        if (expected.Version is > 0)
        {
            parameters.Bind(expected.Version.Value);
        }
    }

    private static string StatementFor(EventStatements statements, ExpectedVersion expected) => expected.Version switch
    {
        null => statements.AppendAny,
        0 => statements.AppendNew,
        _ => statements.AppendOf,
    };

    private static long LengthOf(IReadOnlyList<EventData> events)
    {
        long length = 0;
        for (var i = 0; i < events.Count; i++)
        {
            length += events[i].Data.Length;
        }

        return length;
    }
}
