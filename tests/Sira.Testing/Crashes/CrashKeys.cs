using System.Globalization;
using System.Text;
using Sira.Storage.Keys;

namespace Sira.Testing.Crashes;

/// <summary>What a worker of the writer writes in each of its steps, so that a reader can tell what must be there.</summary>
internal static class CrashKeys
{
    /// <summary>Every so manieth step also writes a single value.</summary>
    public const int SingleEvery = 3;

    private static readonly StorePartition Partition = new("crashes", "tenant");

    /// <summary>The stream that gets an event in each step.</summary>
    public static StoreKey Stream(int worker) => Partition.Key($"{worker}");

    /// <summary>The value that is written in each step together with <see cref="Copy"/>.</summary>
    public static StoreKey Head(int worker) => Partition.Key($"{worker}/head");

    public static StoreKey Copy(int worker) => Partition.Key($"{worker}/copy");

    /// <summary>The value that is written alone.</summary>
    public static StoreKey Single(int worker) => Partition.Key($"{worker}/single");

    /// <summary>The value that belongs to one step.</summary>
    public static StoreKey Item(int worker, long step) => Partition.Key(string.Create(CultureInfo.InvariantCulture, $"{worker}/items/{step:00000000}"));

    /// <summary>The value of <see cref="Item"/>: of differing length, and different for each worker and step.</summary>
    public static byte[] Payload(int worker, long step)
    {
        var payload = new byte[1 + (step * 37 % 2000)];
        new Random((int)((worker * 1_000_003L) + step)).NextBytes(payload);
        return payload;
    }

    public static byte[] Number(long step) => Encoding.ASCII.GetBytes(step.ToString(CultureInfo.InvariantCulture));

    public static long ReadNumber(ReadOnlySpan<byte> bytes) => long.Parse(bytes, CultureInfo.InvariantCulture);
}
