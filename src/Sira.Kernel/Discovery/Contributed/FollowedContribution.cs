using Sira.Kernel.Contributions;
using Sira.Kernel.Discovery.Sources;

namespace Sira.Kernel.Discovery.Contributed;

/// <summary>Declared endpoints that are followed.</summary>
/// <param name="Name">The name of the source, unique for the service.</param>
/// <param name="Service">The service.</param>
/// <param name="Contribution">What is followed.</param>
/// <param name="Source">Its standing.</param>
internal sealed record FollowedContribution(string Name, string Service, Contribution<EndpointContribution> Contribution, FollowedSource Source)
{
    /// <summary>Whether another is the same source of the same contributor.</summary>
    public bool Follows(EndpointContribution declared) => ReferenceEquals(Contribution.Value, declared);

    public bool IsFor(string name, string service) => Name == name && string.Equals(Service, service, StringComparison.OrdinalIgnoreCase);
}
