global using static FairSharingContext;
global using Sira.Kernel.Admission;

internal static class FairSharingContext
{
    public static ResourceScheduler scheduler => null!;

    public static ResourcePool calls => null!;

    public static ResourcePool tokens => null!;

    public static ResourcePool first => null!;

    public static ResourcePool second => null!;

    public static ResourcePool memory => null!;

    public static AdmissionQueue queue => null!;
}
