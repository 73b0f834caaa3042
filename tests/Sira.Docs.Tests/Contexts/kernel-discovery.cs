global using System.Runtime.CompilerServices;
global using Sira.Kernel.Balancing.Selection;
global using Sira.Kernel.Discovery;
global using Sira.Kernel.Discovery.Configuration;
global using Sira.Kernel.Discovery.Sources;
global using Sira.Kernel.Health.Probing;
global using Sira.Kernel.Registry.Leases;
global using static DiscoveryContext;

internal static class DiscoveryContext
{
    public static IServiceRegistry registry => null!;

    public static EndpointLeases leases => null!;
}
