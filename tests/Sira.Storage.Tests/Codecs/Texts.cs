using System.Text;

namespace Sira.Storage.Tests.Codecs;

/// <summary>Values for tests.</summary>
internal static class Texts
{
    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    /// <summary>A value that compresses well.</summary>
    public static byte[] Compressible(int length) => Bytes(string.Concat(Enumerable.Repeat("to be or not to be, ", (length / 20) + 1))[..length]);

    /// <summary>A value that does not compress.</summary>
    public static byte[] Noise(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Any value: noise, text, zeros or a mixture, of lengths around the limits of blocks and thresholds.</summary>
    public static byte[] Any(Random random)
    {
        var length = random.Next(4) switch { 0 => random.Next(40), 1 => random.Next(500), 2 => random.Next(5000), _ => 1 << random.Next(16) };
        return random.Next(4) switch
        {
            0 => Noise(length, random.Next()),
            1 => Compressible(length),
            2 => new byte[length],
            _ => [.. Compressible(length), .. Noise(length / 2, random.Next())],
        };
    }

    /// <summary>A message as an application would store it.</summary>
    public static byte[] Message(int number) =>
        Bytes($$"""{"role":"{{(number % 2 == 0 ? "user" : "assistant")}}","id":"msg_{{number:x8}}","createdAt":"2026-11-{{1 + (number % 28):00}}T10:00:00Z","contents":[{"$type":"text","text":"Message {{number * 7919 % 1000}} about topic {{number * 31 % 17}}."}]}""");
}
