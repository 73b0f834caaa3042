using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;

namespace Sira.Storage.Messaging.Formats;

/// <summary>Everything about a record but its envelope and its position. What it does not have takes no room.</summary>
internal static class RecordHeader
{
    [Flags]
    private enum Parts
    {
        Key = 1,
        Correlation = 1 << 1,
        Headers = 1 << 2,
        NotBefore = 1 << 3,
        ExpiresAt = 1 << 4,
        TraceParent = 1 << 5,
        TraceState = 1 << 6,
        Target = 1 << 7,
        KeepUntil = 1 << 8,
        RememberUntil = 1 << 9,
        Damage = 1 << 10,
    }

    public static void Write(FormatWriter writer, JournalRecord record)
    {
        var metadata = record.Metadata;
        writer.Number((long)PartsOf(record));
        writer.Text(metadata.Topic);
        writer.Text(metadata.Id);
        writer.Time(metadata.PublishedAt);
        writer.Number(metadata.Priority);
        writer.Number(metadata.Redrives);
        Text(metadata.Key);
        Text(metadata.CorrelationId);
        if (metadata.Headers.Count > 0)
        {
            writer.Number(metadata.Headers.Count);
            foreach (var (name, value) in metadata.Headers)
            {
                writer.Text(name);
                writer.Text(value);
            }
        }

        Time(metadata.NotBefore);
        Time(metadata.ExpiresAt);
        Text(metadata.TraceParent);
        Text(metadata.TraceState);
        Text(record.Target);
        Time(Set(record.KeepUntil));
        Time(Set(record.RememberUntil));
        Text(record.Damage?.Message);

        void Text(string? value)
        {
            if (value is not null)
            {
                writer.Text(value);
            }
        }

        void Time(DateTimeOffset? value)
        {
            if (value is { } time)
            {
                writer.Time(time);
            }
        }
    }

    public static JournalRecord Read(ReadOnlySpan<byte> bytes, ReadOnlyMemory<byte> payload, long position, JournalException? damage, string? topic)
    {
        var reader = new FormatReader(bytes);
        var parts = (Parts)reader.Number();

        // Initializers run in the order in which they stand here, which is that of the bytes.
        var metadata = new MessageMetadata
        {
            Topic = reader.Text(topic),
            Id = reader.Text(),
            PublishedAt = reader.Time(),
            Priority = reader.Count(),
            Redrives = reader.Count(),
            Key = Has(Parts.Key) ? reader.Text() : null,
            CorrelationId = Has(Parts.Correlation) ? reader.Text() : null,
            Headers = Has(Parts.Headers) ? Headers(ref reader) : System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty,
            NotBefore = Has(Parts.NotBefore) ? reader.Time() : null,
            ExpiresAt = Has(Parts.ExpiresAt) ? reader.Time() : null,
            TraceParent = Has(Parts.TraceParent) ? reader.Text() : null,
            TraceState = Has(Parts.TraceState) ? reader.Text() : null,
        };
        return new JournalRecord
        {
            Metadata = metadata,
            Payload = payload,
            Target = Has(Parts.Target) ? reader.Text() : null,
            KeepUntil = Has(Parts.KeepUntil) ? reader.Time() : default,
            RememberUntil = Has(Parts.RememberUntil) ? reader.Time() : default,
            Damage = Has(Parts.Damage) ? new JournalException(reader.Text()) : damage,
            Position = position,
        };

        bool Has(Parts part) => (parts & part) != 0;
    }

    private static Parts PartsOf(JournalRecord record)
    {
        var metadata = record.Metadata;
        return If(metadata.Key is not null, Parts.Key)
            | If(metadata.CorrelationId is not null, Parts.Correlation)
            | If(metadata.Headers.Count > 0, Parts.Headers)
            | If(metadata.NotBefore is not null, Parts.NotBefore)
            | If(metadata.ExpiresAt is not null, Parts.ExpiresAt)
            | If(metadata.TraceParent is not null, Parts.TraceParent)
            | If(metadata.TraceState is not null, Parts.TraceState)
            | If(record.Target is not null, Parts.Target)
            | If(Set(record.KeepUntil) is not null, Parts.KeepUntil)
            | If(Set(record.RememberUntil) is not null, Parts.RememberUntil)
            | If(record.Damage is not null, Parts.Damage);

        static Parts If(bool condition, Parts part) => condition ? part : 0;
    }

    private static DateTimeOffset? Set(DateTimeOffset time) => time == default ? null : time;

    private static Dictionary<string, string> Headers(ref FormatReader reader)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var count = reader.Count(); count > 0; count--)
        {
            headers[reader.Text()] = reader.Text();
        }

        return headers;
    }
}
