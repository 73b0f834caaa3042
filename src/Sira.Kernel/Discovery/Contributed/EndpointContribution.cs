using Sira.Kernel.Discovery.Sources;

namespace Sira.Kernel.Discovery.Contributed;

/// <summary>Endpoints of a service as the host or a plugin has declared them.</summary>
/// <param name="Service">The name of the service.</param>
/// <param name="Source">Who knows them.</param>
internal sealed record EndpointContribution(string Service, IEndpointSource Source);
