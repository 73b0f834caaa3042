using Sira.Storage.Errors;

namespace Sira.Storage.Messaging.Formats;

/// <summary>How far a group has come.</summary>
/// <param name="Pattern">Its topics.</param>
/// <param name="Epoch">Its last opening.</param>
/// <param name="Cursor">Up to where everything is done or has a row.</param>
/// <param name="Claimed">Behind where nothing has been handed out.</param>
/// <param name="IsEnding">Whether it was deleted, and its rows and dead letters are being deleted.</param>
internal sealed record GroupState(string Pattern, long Epoch, long Cursor, long Claimed, bool IsEnding = false)
{
    public ReadOnlyMemory<byte> ToBytes()
    {
        var writer = Frame.Begin();
        writer.Byte(IsEnding ? (byte)1 : (byte)0);
        writer.Number(Epoch);
        writer.Number(Cursor);
        writer.Number(Claimed);
        writer.Text(Pattern);
        return Frame.End(writer);
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="StorageException">It is damaged, or newer.</exception>
    public static GroupState Read(ReadOnlySpan<byte> bytes, string engine, string name)
    {
        var what = $"the state of the durable group '{name}'";
        var reader = Frame.Open(bytes, engine, what);
        try
        {
            var isEnding = reader.Byte() != 0;
            var (epoch, cursor, claimed) = (reader.Number(), reader.Number(), reader.Number());
            return new GroupState(reader.Text(), epoch, cursor, claimed, isEnding);
        }
        catch (InvalidDataException exception)
        {
            throw Frame.Damaged(engine, what, exception);
        }
    }
}
