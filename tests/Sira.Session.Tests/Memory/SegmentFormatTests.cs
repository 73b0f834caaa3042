using Microsoft.Extensions.AI;
using Sira.Session.Memory;
using Sira.Session.Memory.Segments;

namespace Sira.Session.Tests.Memory;

public class SegmentFormatTests
{
    // What version 1 wrote: it must stay readable.
    private const string Stored = "U1NNATUAAAAHAAAAAAAAAAAA+LTISN4IAgAAAHMxBAAAAHVzZXIHAAAAR3LDvMOfZQIAAAAAAAA/AACAvw==";

    private static readonly MemoryEntry Entry = new(new MemoryItem("s1", 7, ChatRole.User, "Grüße", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), [0.5f, -1f]);

    [Fact]
    public void Read_StoredSample_IsWhatWasWritten()
    {
        var read = Assert.Single(SegmentFormat.Read(Convert.FromBase64String(Stored)));
        Assert.Equal(Entry.Item, read.Item);
        Assert.Equal(Entry.Vector, read.Vector);
        Assert.Equal(Stored, Convert.ToBase64String(SegmentFormat.Write([read])));
    }

    [Fact]
    public void Merge_Segments_HoldsAllInOrder()
    {
        var other = Entry with { Item = Entry.Item with { Version = 8, Text = string.Empty }, Vector = null };
        var merged = SegmentFormat.Read(SegmentFormat.Merge([SegmentFormat.Write([Entry]), SegmentFormat.Write([other])]));
        Assert.Equal([7L, 8L], merged.Select(entry => entry.Item.Version));
        Assert.Null(merged[1].Vector);
    }

    [Fact]
    public void Read_CutOrWrongHead_IsRefused()
    {
        var whole = SegmentFormat.Write([Entry]);
        for (var length = 0; length < whole.Length; length++)
        {
            if (length != 4)
            {
                Assert.Throws<InvalidDataException>(() => SegmentFormat.Read(whole.AsSpan(0, length)));
            }
        }

        Assert.Empty(SegmentFormat.Read(whole.AsSpan(0, 4)));
    }

    [Fact]
    public void Read_RandomBitFlips_GiveEntriesOrAreRefused()
    {
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = SegmentFormat.Write([Entry, Entry]);
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                SegmentFormat.Read(bytes);
            }
            catch (InvalidDataException)
            {
            }
        }
    }
}
