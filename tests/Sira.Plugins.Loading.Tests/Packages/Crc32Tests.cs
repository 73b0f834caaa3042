using Sira.Plugins.Loading.Packages;

namespace Sira.Plugins.Loading.Tests.Packages;

public class Crc32Tests
{
    [Fact]
    public void Append_CheckString_IsTheCheckValue() => Assert.Equal(0xCBF43926, Crc32.Append(0, "123456789"u8));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(1000)]
    public void Append_AnyLength_IsThatOfBitByBit(int length)
    {
        var content = Enumerable.Range(0, length).Select(static i => (byte)((i * 151) + 7)).ToArray();
        var expected = uint.MaxValue;
        foreach (var bit in content.SelectMany(static value => Enumerable.Range(0, 8).Select(at => (uint)(value >> at) & 1)))
        {
            expected = ((expected ^ bit) & 1) != 0 ? (expected >> 1) ^ 0xEDB88320 : expected >> 1;
        }

        Assert.Equal(~expected, Crc32.Append(0, content));
    }

    [Fact]
    public void Append_InParts_IsTheSame() => Assert.Equal(0xCBF43926, Crc32.Append(Crc32.Append(Crc32.Append(0, []), "1234"u8), "56789"u8));
}
