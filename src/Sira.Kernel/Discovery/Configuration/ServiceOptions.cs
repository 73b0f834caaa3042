using Sira.Kernel.Balancing;
using Sira.Kernel.Discovery.Dns;
using Sira.Kernel.Health;
using Sira.Kernel.Health.Probing;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Discovery.Configuration;

/// <summary>A service as code or the section <c>Sira:Services:{name}</c> describes it: where its endpoints come from, how they are checked and how calls are spread over them.</summary>
public sealed record ServiceOptions
{
    /// <summary>Gets the endpoints that are known beforehand.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<EndpointDefinition> Endpoints { get; init; } = [];

    /// <summary>Gets the DNS service records that endpoints come from; they come after <see cref="Endpoints"/> of the same identity.</summary>
    /// <value>Default <see langword="null"/>: DNS is not asked.</value>
    public DnsSrvOptions? DnsSrv { get; init; }

    /// <summary>Gets the names of further sources that endpoints come from, as added with <c>AddEndpointSource</c>; of two that list the same identity, the first wins.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Gets when the breakers of the endpoints open and close.</summary>
    public CircuitBreakerOptions Breaker { get; init; } = CircuitBreakerOptions.Default;

    /// <summary>Gets the name of the probe that checks the endpoints.</summary>
    /// <value>Default <see langword="null"/>: they are not checked actively.</value>
    public string? Probe { get; init; }

    /// <summary>Gets how they are checked.</summary>
    public HealthCheckOptions HealthCheck { get; init; } = HealthCheckOptions.Default;

    /// <summary>Gets the name of the balancer that picks among equals.</summary>
    /// <value>Default <c>p2c</c>.</value>
    public string Balancer { get; init; } = LoadBalancers.PowerOfTwoChoices;

    /// <summary>Gets where this process is; endpoints near it are preferred.</summary>
    /// <value>Default <see langword="null"/>: places do not matter.</value>
    public Locality? Locality { get; init; }
}
