using System.Text;
using Sira.Kernel.Sealing;
using Sira.Kernel.Tests.Support;

namespace Sira.Kernel.Tests.Sealing;

public class SealerTests
{
    private static readonly byte[] Data = Encoding.UTF8.GetBytes("a message that matters");
    private static readonly byte[] Place = Encoding.UTF8.GetBytes("orders");

    [Theory]
    [InlineData(SealingOptions.Encrypt)]
    [InlineData(SealingOptions.Sign)]
    [InlineData(SealingOptions.Encrypt | SealingOptions.Sign)]
    public void Open_WhatWasSealed_GivesItBack(SealingOptions options)
    {
        var sealer = new Sealer(Ring("a"), options);
        foreach (var length in (int[])[0, 1, 31, 1024, 100_000])
        {
            var data = new byte[length];
            var bytes = sealer.Seal(data, Place);
            Assert.Equal(data, sealer.Open(bytes, Place));
            Assert.InRange(bytes.Length - length, 1, 159);
        }
    }

    [Fact]
    public void Seal_Encrypt_HidesTheDataAndNeverTwiceTheSame()
    {
        var sealer = new Sealer(Ring("a"));
        var bytes = sealer.Seal(Data);
        Assert.DoesNotContain("matters", Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
        Assert.NotEqual(bytes, sealer.Seal(Data));
    }

    [Theory]
    [InlineData(SealingOptions.Encrypt)]
    [InlineData(SealingOptions.Sign)]
    [InlineData(SealingOptions.Encrypt | SealingOptions.Sign)]
    public void Open_AnyBitFlippedOrCutShort_Throws(SealingOptions options)
    {
        var sealer = new Sealer(Ring("a"), options);
        var bytes = sealer.Seal(Data, Place);
        for (var i = 0; i < bytes.Length; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var changed = (byte[])bytes.Clone();
                changed[i] ^= (byte)(1 << bit);
                Assert.ThrowsAny<SealingException>(() => sealer.Open(changed, Place));
            }

            var end = i;
            Assert.ThrowsAny<SealingException>(() => sealer.Open(bytes.AsSpan(0, end), Place));
        }
    }

    [Theory]
    [InlineData(SealingOptions.Encrypt)]
    [InlineData(SealingOptions.Sign)]
    public void Open_AtAnotherPlace_Throws(SealingOptions options)
    {
        var sealer = new Sealer(Ring("a"), options);
        var bytes = sealer.Seal(Data, Place);
        Assert.Throws<SealingException>(() => sealer.Open(bytes, "refunds"u8));
        Assert.Throws<SealingException>(() => sealer.Open(bytes));
    }

    [Fact]
    public void Open_OnlySignedWhereEncryptionIsAskedFor_Throws()
    {
        var ring = Ring("a");
        var signed = new Sealer(ring, SealingOptions.Sign).Seal(Data);
        Assert.Throws<SealingException>(() => new Sealer(ring, SealingOptions.Encrypt).Open(signed));
        var both = new Sealer(ring, SealingOptions.Encrypt | SealingOptions.Sign).Seal(Data);
        Assert.Equal(Data, new Sealer(ring, SealingOptions.Sign).Open(both));
    }

    [Fact]
    public void Rotate_OldKeyOpensUntilItIsRemoved()
    {
        var ring = Ring("old");
        var sealer = new Sealer(ring);
        var before = sealer.Seal(Data);
        ring.Rotate(Key("new"));
        var after = sealer.Seal(Data);
        Assert.Equal(Data, sealer.Open(before));
        Assert.Equal(Data, sealer.Open(after));

        Assert.Contains("Rotate to another key", Assert.Throws<InvalidOperationException>(() => ring.Remove("new")).Message, StringComparison.Ordinal);
        Assert.True(ring.Remove("old"));
        Assert.False(ring.Remove("old"));

        var exception = Assert.Throws<UnknownKeyException>(() => sealer.Open(before));
        Assert.Equal("old", exception.KeyId);
        Assert.Contains("Add that key", exception.Message, StringComparison.Ordinal);
        ring.Add(Key("old"));
        Assert.Equal(Data, sealer.Open(before));
        Assert.Equal("new", ring.Current.Id);
    }

    [Fact]
    public void Add_OtherKeyOfTheSameId_IsRefused()
    {
        var ring = Ring("a");
        Assert.Throws<ArgumentException>(() => ring.Add(SealingKey.CreateEphemeral("a")));
        Assert.Throws<ArgumentException>(() => new SealingKey("two words", new byte[32]));
        Assert.Throws<ArgumentException>(() => new SealingKey("a", new byte[31]));
    }

    [Theory]
    [InlineData(SealingOptions.Encrypt, "AQEHMjAyNi0wMQ==")]
    [InlineData(SealingOptions.Sign, "AQIHMjAyNi0wMQ==")]
    public void Seal_Header_IsThatOfVersion1(SealingOptions options, string header) =>
        Assert.Equal(header, Convert.ToBase64String(new Sealer(Ring("2026-01"), options).Seal(Data).AsSpan(0, 10)));

    [Fact]
    public void Seal_OnManyThreads_EachOpensItsOwn()
    {
        var ring = Ring("0");
        var sealer = new Sealer(ring, SealingOptions.Encrypt | SealingOptions.Sign);
        TestThreads.Run(4, (thread, random) =>
        {
            for (var i = 0; i < 500; i++)
            {
                var data = new byte[random.Next(300)];
                data.AsSpan().Fill((byte)thread);
                Assert.Equal(data, sealer.Open(sealer.Seal(data, Place), Place));
                if (i % 100 == 0)
                {
                    ring.Rotate(Key($"{thread}-{i}"));
                }
            }
        });
    }

    private static KeyRing Ring(string id) => new(Key(id));

    // Always the same, so that samples stay readable.
    private static SealingKey Key(string id) => new(id, "an example secret of 32 characters"u8);
}
