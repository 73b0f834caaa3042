using System.Buffers.Binary;
using System.Text;
using Sira.Storage.Keys;

namespace Sira.Storage.Codecs.Format;

/// <summary>Where a value or an event belongs: authenticated with it, so that it is not read at another place.</summary>
/// <param name="Key">The key, or the stream.</param>
/// <param name="EventType">The type of the event; <see langword="null"/> for a value.</param>
/// <param name="Version">The number of the event, for errors only: it is not known before the event is appended.</param>
internal readonly record struct ValueAddress(StoreKey Key, string? EventType = null, long Version = 0)
{
    /// <summary>Gets the most bytes that <see cref="Write"/> needs.</summary>
    public int MaximumLength => 1 + MaximumLengthOf(Key.Namespace) + MaximumLengthOf(Key.Tenant) + MaximumLengthOf(Key.Name) + MaximumLengthOf(EventType);

    /// <summary>Writes the address: which parts there are, and each with its length, so that no character can move from one to the next.</summary>
    public int Write(Span<byte> target)
    {
        target[0] = (byte)((EventType is null ? 0 : 1) | (Key.Tenant is null ? 0 : 2));
        var at = 1;
        Append(target, ref at, Key.Namespace);
        Append(target, ref at, Key.Tenant);
        Append(target, ref at, Key.Name);
        Append(target, ref at, EventType);
        return at;
    }

    public override string ToString() => EventType is null ? $"The value of '{Key}'" : Version == 0 ? $"An event of '{Key}'" : $"Event {Version} of '{Key}'";

    private static int MaximumLengthOf(string? text) => text is null ? 0 : sizeof(int) + (text.Length * 3);

    private static void Append(Span<byte> target, ref int at, string? text)
    {
        if (text is not null)
        {
            var length = Encoding.UTF8.GetBytes(text, target[(at + sizeof(int))..]);
            BinaryPrimitives.WriteInt32LittleEndian(target[at..], length);
            at += sizeof(int) + length;
        }
    }
}
