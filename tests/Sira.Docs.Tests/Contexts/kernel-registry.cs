global using Sira.Kernel.Balancing.Selection;
global using Sira.Kernel.Discovery;
global using static RegistryContext;

internal static class RegistryContext
{
    public static IServiceRegistry registry => null!;

    public static ILoadBalancer balancer => null!;

    public static IRandomSource random => null!;

    public static EndpointSelector selector => null!;
}
