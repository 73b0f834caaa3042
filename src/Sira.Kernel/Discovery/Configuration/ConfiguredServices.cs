using Sira.Kernel.Discovery.Dns;
using Sira.Kernel.Discovery.Sources;
using Sira.Kernel.Health.Probing;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;

namespace Sira.Kernel.Discovery.Configuration;

/// <summary>Brings what is configured into force: endpoints into the registry, sources followed, checks running. What a change leaves as it was goes on undisturbed.</summary>
internal sealed class ConfiguredServices(
    IServiceRegistry registry,
    EndpointDiscovery discovery,
    HealthProber prober,
    IEnumerable<IEndpointSource> sources,
    IEnumerable<IHealthProbe> probes,
    TimeProvider time,
    IRandomSource random)
{
    private const int FirstSource = 2;
    private static readonly EndpointOrigin FromConfiguration = new("configuration");

    private readonly Lock gate = new();
    private readonly Dictionary<string, ConfiguredService> running = new(StringComparer.OrdinalIgnoreCase);

    public void Apply(IReadOnlyDictionary<string, ServiceOptions> services)
    {
        lock (gate)
        {
            foreach (var gone in running.Keys.Where(name => !services.ContainsKey(name)).ToArray())
            {
                Apply(gone, running[gone], new ServiceOptions());
                running.Remove(gone);
            }

            foreach (var (name, options) in services)
            {
                if (!running.TryGetValue(name, out var service))
                {
                    running[name] = service = new ConfiguredService();
                }

                Apply(name, service, options);
            }
        }
    }

    private void Apply(string name, ConfiguredService service, ServiceOptions options)
    {
        var before = service.Options;
        service.Options = options;
        registry.Update(name, FromConfiguration, options.Endpoints, options.Breaker);
        foreach (var gone in service.Followed.Keys.Where(source => !Wants(options, source)).ToArray())
        {
            service.Followed.Remove(gone, out var following);
            following!.End(withdraw: true);
        }

        if (options.DnsSrv is { } dns)
        {
            if (!ConfiguredService.IsSame(before?.DnsSrv, dns) && service.Followed.Remove(DnsSrvSource.SourceName, out var outdated))
            {
                // Its endpoints stay until the new questions are answered.
                outdated.End(withdraw: false);
            }

            Follow(name, service, DnsSrvSource.SourceName, () => new DnsSrvSource(dns, time, random), FirstSource - 1);
        }

        for (var i = 0; i < options.Sources.Count; i++)
        {
            var wanted = options.Sources[i];
            Follow(name, service, wanted, () => sources.First(source => string.Equals(source.Name, wanted, StringComparison.OrdinalIgnoreCase)), FirstSource + i);
        }

        if (!ConfiguredService.IsSameCheck(before, options))
        {
            service.Check?.Dispose();
            service.Check = options.Probe is { } probe ? prober.Check(name, probes.First(known => string.Equals(known.Name, probe, StringComparison.OrdinalIgnoreCase)), options.HealthCheck) : null;
        }
    }

    private static bool Wants(ServiceOptions options, string source) =>
        source == DnsSrvSource.SourceName && options.DnsSrv is not null || options.Sources.Contains(source, StringComparer.OrdinalIgnoreCase);

    private void Follow(string name, ConfiguredService service, string source, Func<IEndpointSource> create, int precedence)
    {
        var breaker = service.Options!.Breaker;
        if (service.Followed.TryGetValue(source, out var following))
        {
            following.Reconfigure(breaker);
            return;
        }

        service.Followed[source] = discovery.Follow(name, create(), new FollowOptions { Breaker = breaker, Precedence = precedence });
    }
}
