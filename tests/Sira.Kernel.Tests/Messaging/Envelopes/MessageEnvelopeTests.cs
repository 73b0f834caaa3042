using System.IO.Compression;
using System.Text;
using Sira.Kernel.Messaging.Envelopes;
using Sira.Kernel.Sealing;
using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Messaging.Envelopes;

public class MessageEnvelopeTests
{
    private const string SignedSample = "U0UBAgUAAAABAgcyMDI2LTAxaGVsbG/hs4s8mUQqE9sn71XXzjxeJSY1y2q3IDlUjlguXgXr5w==";
    private const string EncryptedSample = "U0UBAgUAAAABAQcyMDI2LTAx08UdcFk85QVhiKhy/pYRL4lihPrfpF6VgJl6svOAn7Yl";

    private static readonly KeyRing Ring = new(new SealingKey("2026-01", "an example secret of 32 characters"u8));
    private static readonly Sealer Both = new(Ring, SealingOptions.Encrypt | SealingOptions.Sign);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Unpack_WhatWasPacked_GivesItBack(bool isSealed)
    {
        var envelope = new MessageEnvelope(new() { CompressionThreshold = 100, Sealer = isSealed ? Both : null });
        var random = new SeededRandomSource(1);
        foreach (var length in (int[])[0, 1, 99, 100, 5000, 100_000])
        {
            var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("tokens and more ", (length / 16) + 1)))[..length];
            var noise = Enumerable.Range(0, length).Select(_ => (byte)random.Next(256)).ToArray();
            var packed = envelope.Pack(text, "orders");
            Assert.Equal(text, envelope.Unpack(packed, "orders"));
            Assert.Equal(noise, envelope.Unpack(envelope.Pack(noise, "orders"), "orders"));
            Assert.True(length < 5000 || packed.Length < length / 10);
        }
    }

    // Written by the first release; whatever comes later must read them.
    [Theory]
    [InlineData("U0UBAAUAAABoZWxsbw==", false)]
    [InlineData("U0UBAQUAAAALAoBoZWxsbwM=", false)]
    [InlineData(SignedSample, true)]
    [InlineData(EncryptedSample, true)]
    public void Unpack_StoredSamplesOfVersion1_StayReadable(string base64, bool isSealed)
    {
        var sealer = new Sealer(Ring, base64 == SignedSample ? SealingOptions.Sign : SealingOptions.Encrypt);
        var envelope = new MessageEnvelope(new() { Sealer = isSealed ? sealer : null });
        Assert.Equal("hello", Encoding.UTF8.GetString(envelope.Unpack(Convert.FromBase64String(base64), "orders")));
    }

    [Fact]
    public void Unpack_AnyByteChangedOrCutShort_ThrowsAndNothingElse()
    {
        var packed = new MessageEnvelope(new() { CompressionThreshold = 10, Sealer = Both }).Pack(Encoding.UTF8.GetBytes(new string('a', 200)), "orders");
        var envelope = new MessageEnvelope(new() { Sealer = Both });
        for (var i = 0; i < packed.Length; i++)
        {
            var changed = (byte[])packed.Clone();
            changed[i] ^= 0x40;
            Refuses(envelope, changed);
            Refuses(envelope, packed[..i]);
        }
    }

    [Fact]
    public void Unpack_RandomBytes_ThrowsAndNothingElse()
    {
        var envelope = new MessageEnvelope(new() { MaximumBytes = 10_000 });
        var random = new SeededRandomSource(7);
        for (var i = 0; i < 5000; i++)
        {
            var bytes = Enumerable.Range(0, random.Next(60)).Select(_ => (byte)random.Next(256)).ToArray();
            if (bytes.Length > 8)
            {
                (bytes[0], bytes[1], bytes[2], bytes[3], bytes[6], bytes[7]) = ((byte)'S', (byte)'E', 1, 1, 0, 0);
            }

            try
            {
                envelope.Unpack(bytes, "orders");
            }
            catch (EnvelopeException)
            {
                // What is asked for.
            }
        }
    }

    [Fact]
    public void Unpack_DecompressionBomb_IsStoppedByTheLengthThatItClaimsAndByTheLimit()
    {
        var bomb = new byte[1000];
        Assert.True(BrotliEncoder.TryCompress(new byte[50_000_000], bomb, out var length, 9, 24));
        var envelope = new MessageEnvelope(new() { MaximumBytes = 100_000 });

        Refuses(envelope, [(byte)'S', (byte)'E', 1, 1, .. BitConverter.GetBytes(50_000_000), .. bomb[..length]]);
        Refuses(envelope, [(byte)'S', (byte)'E', 1, 1, .. BitConverter.GetBytes(100_000), .. bomb[..length]]);
        Refuses(envelope, [(byte)'S', (byte)'E', 1, 1, .. BitConverter.GetBytes(-1), .. bomb[..length]]);
    }

    [Fact]
    public void Pack_LargerThanTheLimit_NamesSizeAndLimit()
    {
        var envelope = new MessageEnvelope(new() { MaximumBytes = 10 });
        var exception = Assert.Throws<EnvelopeException>(() => envelope.Pack(new byte[11], "orders"));
        Assert.Contains("11 bytes; at most 10", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unpack_SealedAndNotSealed_AreNotMixedUp()
    {
        var plain = new MessageEnvelope();
        var @sealed = new MessageEnvelope(new() { Sealer = Both });
        Assert.Contains("is not sealed", Assert.Throws<EnvelopeException>(() => @sealed.Unpack(plain.Pack([1], "a"), "a")).Message, StringComparison.Ordinal);
        Assert.Contains("no sealer is configured", Assert.Throws<EnvelopeException>(() => plain.Unpack(@sealed.Pack([1], "a"), "a")).Message, StringComparison.Ordinal);
        Assert.Throws<SealingException>(() => @sealed.Unpack(@sealed.Pack([1], "a"), "b"));
    }

    private static void Refuses(MessageEnvelope envelope, byte[] bytes)
    {
        var exception = Record.Exception(() => envelope.Unpack(bytes, "orders"));
        Assert.True(exception is EnvelopeException or SealingException, $"{exception}");
    }
}
