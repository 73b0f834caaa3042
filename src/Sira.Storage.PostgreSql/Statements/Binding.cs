using Npgsql;
using NpgsqlTypes;
using Sira.Storage.Keys;
using Sira.Storage.PostgreSql.Connections;

namespace Sira.Storage.PostgreSql.Statements;

/// <summary>Gives statements their parameters, in their order and with their types.</summary>
internal static class Binding
{
    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, string text)
    {
        parameters.Add(new NpgsqlParameter<string> { NpgsqlDbType = NpgsqlDbType.Text, TypedValue = text });
        return parameters;
    }

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, byte[] bytes)
    {
        parameters.Add(new NpgsqlParameter<byte[]> { NpgsqlDbType = NpgsqlDbType.Bytea, TypedValue = bytes });
        return parameters;
    }

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, ReadOnlyMemory<byte> bytes)
    {
        parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { NpgsqlDbType = NpgsqlDbType.Bytea, TypedValue = bytes });
        return parameters;
    }

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, long number)
    {
        parameters.Add(new NpgsqlParameter<long> { NpgsqlDbType = NpgsqlDbType.Bigint, TypedValue = number });
        return parameters;
    }

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, bool flag)
    {
        parameters.Add(new NpgsqlParameter<bool> { NpgsqlDbType = NpgsqlDbType.Boolean, TypedValue = flag });
        return parameters;
    }

    /// <summary>A time to live in microseconds, 0 for ever.</summary>
    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, TimeSpan? life)
    {
        parameters.Add(new NpgsqlParameter<double> { NpgsqlDbType = NpgsqlDbType.Double, TypedValue = Microseconds(life) });
        return parameters;
    }

    public static NpgsqlParameterCollection BindArray<T>(this NpgsqlParameterCollection parameters, NpgsqlDbType type, T[] items)
    {
        parameters.Add(new NpgsqlParameter<T[]> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = items });
        return parameters;
    }

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, in StorePartition partition) =>
        parameters.Bind(partition.Namespace).Bind(KeyBytes.OfTenant(partition.Tenant));

    public static NpgsqlParameterCollection Bind(this NpgsqlParameterCollection parameters, in StoreKey key) =>
        parameters.Bind(key.Partition).Bind(KeyBytes.Of(key.Name));

    public static double Microseconds(TimeSpan? life) => life is { } time ? time.Ticks / (double)TimeSpan.TicksPerMicrosecond : 0;
}
