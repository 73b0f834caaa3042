namespace Sira.Kernel.Tests.Overload;

internal static class Allocations
{
    /// <summary>Returns how many bytes a thousand runs allocate.</summary>
    public static long By(Action action)
    {
        for (var i = 0; i < 200; i++)
        {
            action();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
