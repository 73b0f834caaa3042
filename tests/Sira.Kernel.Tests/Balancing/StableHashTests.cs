using System.Numerics;
using System.Text;
using Sira.Kernel.Balancing;

namespace Sira.Kernel.Tests.Balancing;

public class StableHashTests
{
    // Published test vectors of XXH64 with seed 0.
    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("xxhash", 0x32DD38952C4BC720)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x0B242D361FDA71BC)]
    public void Compute_Bytes_MatchesTheReference(string text, ulong expected) =>
        Assert.Equal(expected, StableHash.Compute(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Compute_Text_IsTheHashOfItsCodeUnits()
    {
        const string Text = "conversation-42 żółw 🐢";

        Assert.Equal(StableHash.Compute(Encoding.Unicode.GetBytes(Text)), StableHash.Compute(Text));
        Assert.Equal(StableHash.Compute(Text), StableHash.Compute(Text.AsSpan()));
    }

    [Fact]
    public void Compute_OneBitChanged_ChangesHalfOfTheHash()
    {
        var bytes = Encoding.UTF8.GetBytes("The quick brown fox jumps over the lazy dog and on and on");
        var hash = StableHash.Compute(bytes);
        var flipped = 0d;
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            flipped += BitOperations.PopCount(hash ^ StableHash.Compute(bytes));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.InRange(flipped / (bytes.Length * 8), 30, 34);
    }

    [Fact]
    public void Compute_EveryLength_Differs() =>
        Assert.Equal(200, Enumerable.Range(0, 200).Select(length => StableHash.Compute(new string('x', length))).Distinct().Count());

    [Fact]
    public void Combine_SwappedOrZero_Differ()
    {
        Assert.NotEqual(StableHash.Combine(1, 2), StableHash.Combine(2, 1));
        Assert.NotEqual(StableHash.Combine(0, 1), StableHash.Combine(0, 2));
        Assert.NotEqual(StableHash.Combine(0, 0), StableHash.Combine(1, 0));
    }

    [Fact]
    public void Compute_Null_Throws() => Assert.Throws<ArgumentNullException>(() => StableHash.Compute((string)null!));
}
