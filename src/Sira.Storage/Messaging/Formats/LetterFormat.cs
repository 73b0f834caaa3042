using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Journal;
using Sira.Storage.Errors;

namespace Sira.Storage.Messaging.Formats;

/// <summary>A dead letter with its message. Its id is in its key.</summary>
internal static class LetterFormat
{
    private const byte HasType = 1;
    private const byte HasError = 2;

    public static ReadOnlyMemory<byte> Write(JournalDeadLetter dead)
    {
        var letter = dead.Letter;
        var writer = Frame.Begin(capacity: 512 + dead.Record.Payload.Length);
        writer.Byte((byte)((letter.ExceptionType is null ? 0 : HasType) | (letter.Error is null ? 0 : HasError)));
        writer.Text(letter.Group);
        writer.Number((int)letter.Reason);
        writer.Number(letter.Deliveries);
        writer.Time(letter.FirstFailedAt);
        writer.Time(letter.LastFailedAt);
        writer.Number(dead.Record.Position);
        if (letter.ExceptionType is { } type)
        {
            writer.Text(type);
        }

        if (letter.Error is { } error)
        {
            writer.Text(error);
        }

        RecordFormat.Write(writer, dead.Record);
        return Frame.End(writer);
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="StorageException">It is damaged, or newer.</exception>
    public static JournalDeadLetter Read(ReadOnlyMemory<byte> bytes, string engine, long id)
    {
        var what = $"the dead letter {id}";
        var reader = Frame.Open(bytes.Span, engine, what);
        try
        {
            var parts = reader.Byte();
            var group = reader.Text();
            var (reason, deliveries) = ((DeadLetterReason)reader.Count(), reader.Count());
            var (first, last, position) = (reader.Time(), reader.Time(), reader.Number());
            var type = (parts & HasType) != 0 ? reader.Text() : null;
            var error = (parts & HasError) != 0 ? reader.Text() : null;
            var record = RecordFormat.Read(bytes[^reader.Rest.Length..], new RecordPlace(engine, position, last));
            return new JournalDeadLetter(
                new DeadLetter
                {
                    Id = id,
                    IsDurable = true,
                    Group = group,
                    Reason = reason,
                    Message = record.Metadata,
                    ExceptionType = type,
                    Error = error,
                    Deliveries = deliveries,
                    FirstFailedAt = first,
                    LastFailedAt = last,
                },
                record);
        }
        catch (InvalidDataException exception)
        {
            throw Frame.Damaged(engine, what, exception);
        }
    }
}
