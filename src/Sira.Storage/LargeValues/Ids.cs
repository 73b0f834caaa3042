using Sira.Kernel.Time;

namespace Sira.Storage.LargeValues;

/// <summary>Draws numbers that nobody else draws.</summary>
internal static class Ids
{
    public static UInt128 Random(IRandomSource random)
    {
        // 31 bits at a time, which is what the source gives.
        var drawn = UInt128.Zero;
        for (var i = 0; i < 4; i++)
        {
            drawn = (drawn << 31) | (uint)random.Next(int.MaxValue);
        }

        return drawn;
    }
}
