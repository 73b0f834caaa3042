using Sira.Storage.Errors;

namespace Sira.Storage.Messaging.Formats;

/// <summary>A number by itself: the last one that was given out, or the id that belongs to something.</summary>
internal static class NumberFormat
{
    public static ReadOnlyMemory<byte> Write(long number)
    {
        var writer = Frame.Begin(capacity: 10);
        writer.Number(number);
        return Frame.End(writer);
    }

    /// <summary>Reads it where one that is damaged counts as none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out long number)
    {
        try
        {
            number = Read(bytes, string.Empty, string.Empty);
            return true;
        }
        catch (StorageException exception) when (exception.Kind is StorageErrorKind.Corrupt)
        {
            number = 0;
            return false;
        }
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="StorageException">It is damaged, or newer.</exception>
    public static long Read(ReadOnlySpan<byte> bytes, string engine, string what)
    {
        var reader = Frame.Open(bytes, engine, what);
        try
        {
            return reader.Number();
        }
        catch (InvalidDataException exception)
        {
            throw Frame.Damaged(engine, what, exception);
        }
    }
}
