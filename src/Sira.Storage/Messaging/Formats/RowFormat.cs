using Sira.Kernel.Messaging.Journal;
using Sira.Storage.Errors;

namespace Sira.Storage.Messaging.Formats;

/// <summary>What a group knows of a message that it has not finished. Its position is in its key.</summary>
internal static class RowFormat
{
    private const byte HasRetry = 1;
    private const byte HasFailure = 2;

    public static ReadOnlyMemory<byte> Write(JournalRow row)
    {
        var writer = Frame.Begin(capacity: 32);
        writer.Byte((byte)((row.RetryAt is null ? 0 : HasRetry) | (row.FirstFailedAt is null ? 0 : HasFailure)));
        writer.Number(row.Deliveries);
        writer.Number(row.Crashes);
        if (row.RetryAt is { } retry)
        {
            writer.Time(retry);
        }

        if (row.FirstFailedAt is { } failed)
        {
            writer.Time(failed);
        }

        return Frame.End(writer);
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="StorageException">It is damaged, or newer.</exception>
    public static JournalRow Read(ReadOnlySpan<byte> bytes, string engine, string group, long position)
    {
        var what = $"what the durable group '{group}' knows of the message at position {position}";
        var reader = Frame.Open(bytes, engine, what);
        try
        {
            var parts = reader.Byte();
            var (deliveries, crashes) = (reader.Count(), reader.Count());
            DateTimeOffset? retry = (parts & HasRetry) != 0 ? reader.Time() : null;
            DateTimeOffset? failed = (parts & HasFailure) != 0 ? reader.Time() : null;
            return new JournalRow(position, deliveries, crashes, retry, failed);
        }
        catch (InvalidDataException exception)
        {
            throw Frame.Damaged(engine, what, exception);
        }
    }
}
