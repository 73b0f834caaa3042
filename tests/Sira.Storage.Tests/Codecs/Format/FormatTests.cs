using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Codecs.Format;

namespace Sira.Storage.Tests.Codecs.Format;

public sealed class FormatTests
{
    // RFC 3720, appendix B.4, and the check value of the catalogues.
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0x8A9136AAu)]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 0x62A8AB43u)]
    [InlineData("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", 0x46DD794Eu)]
    [InlineData("313233343536373839", 0xE3069283u)]
    public void Crc32C_IsCastagnolis(string bytes, uint expected) => Assert.Equal(expected, Crc32C.Compute(Convert.FromHexString(bytes)));

    [Fact]
    public void Header_ComesBack_WithAllParts()
    {
        foreach (var row in CodecSetup.All())
        {
            var (compression, encryption) = row.Data;
            var header = new ValueHeader(
                compression,
                encryption,
                compression is ValueCompression.None ? 0u : 12345u,
                compression is ValueCompression.Zstd ? 7u : 0u,
                encryption is ValueEncryption.None ? default : SubjectId.Of(new KeySubject("tenant")),
                encryption is ValueEncryption.None ? 0u : 9u);
            var encoded = new byte[header.Length + 20 + header.TagLength];
            header.Write(encoded);
            header.WriteCheck(encoded);

            Assert.Equal(HeaderStatus.Valid, ValueHeader.Read(encoded, out var read));
            Assert.Equal(header, read);
            Assert.InRange(header.Length + header.TagLength, 1, ValueHeader.MaximumOverhead);
        }
    }

    [Fact]
    public void SubjectIds_DifferByEachPart_AndHaveNamesOfTheirOwn()
    {
        KeySubject[] subjects = [new(null), new("a"), new("a", "b", "c"), new("ab", null, "c"), new("a", "bc", ""), new(null, "a", "b"), new("", "a", "b"), new("a", "b"), new("b", "a"), new("A")];
        var ids = subjects.Select(static subject => SubjectId.Of(subject)).ToList();

        Assert.Equal(subjects.Length, ids.Distinct().Count());
        Assert.All(ids, static id => Assert.Equal((true, id), (SubjectId.TryParse(id.RecordName, out var parsed), parsed)));
        Assert.All((string[])["", "data/", "data/xyz", "kek/1", "data/" + new string('0', 31), "data/" + new string('0', 34)], static name => Assert.False(SubjectId.TryParse(name, out _)));
    }

    [Fact]
    public void Record_ComesBack_AndEveryBitFlipIsSeen()
    {
        var record = new DataKeyRecord(77, 3, 1234, [new WrappedKey(4, 99, "kek", Texts.Noise(60)), new WrappedKey(5, 100, "other", Texts.Noise(70))]);
        var encoded = record.Encode();

        Assert.Equal(HeaderStatus.Valid, DataKeyRecord.Read(encoded, out var read));
        Assert.Equal((77L, 3u, 1234L, 5u, 6u), (read.Uses, read.ErasedThrough, read.ErasedAt, read.Newest, read.Next));
        Assert.Equal(record.Keys.Select(static key => (key.Generation, key.CreatedAt, key.WrappedBy, Convert.ToHexString(key.Sealed.Span))), read.Keys.Select(static key => (key.Generation, key.CreatedAt, key.WrappedBy, Convert.ToHexString(key.Sealed.Span))));
        for (var bit = 0; bit < encoded.Length * 8; bit++)
        {
            encoded[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(HeaderStatus.Damaged, DataKeyRecord.Read(encoded, out _));
            encoded[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }
}
