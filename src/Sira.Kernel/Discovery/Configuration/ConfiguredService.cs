using Sira.Kernel.Discovery.Dns;
using Sira.Kernel.Discovery.Sources;

namespace Sira.Kernel.Discovery.Configuration;

/// <summary>What runs for a configured service.</summary>
internal sealed class ConfiguredService
{
    public ServiceOptions? Options { get; set; }

    public Dictionary<string, FollowedSource> Followed { get; } = new(StringComparer.OrdinalIgnoreCase);

    public IDisposable? Check { get; set; }

    /// <summary>Whether two say the same of DNS.</summary>
    public static bool IsSame(DnsSrvOptions? left, DnsSrvOptions? right) =>
        left is null || right is null
            ? ReferenceEquals(left, right)
            : left == (right with { Servers = left.Servers }) && left.Servers.SequenceEqual(right.Servers);

    /// <summary>Whether two say the same of active checks.</summary>
    public static bool IsSameCheck(ServiceOptions? left, ServiceOptions right) =>
        left is not null && string.Equals(left.Probe, right.Probe, StringComparison.OrdinalIgnoreCase) && left.HealthCheck == right.HealthCheck;
}
