namespace Sira.Kernel.Discovery.Configuration;

/// <summary>What code says of a service.</summary>
/// <param name="Name">The name of the service.</param>
/// <param name="Configure">Sets the options.</param>
internal sealed record ServiceRegistration(string Name, Func<ServiceOptions, ServiceOptions> Configure);
