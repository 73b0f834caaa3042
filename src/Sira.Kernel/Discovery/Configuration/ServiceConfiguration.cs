using Sira.Kernel.Balancing;
using Sira.Kernel.Configuration;
using Sira.Kernel.Discovery.Sources;
using Sira.Kernel.Health.Probing;

namespace Sira.Kernel.Discovery.Configuration;

/// <summary>The services that are configured: what code has set, and the section <c>Sira:Services</c> over it. One with mistakes changes nothing.</summary>
internal sealed class ServiceConfiguration(
    IEnumerable<ServiceRegistration> registrations,
    IEnumerable<IEndpointSource> sources,
    IEnumerable<IHealthProbe> probes,
    LoadBalancerRegistry balancers) : IConfigurationPart
{
    private volatile IReadOnlyDictionary<string, ServiceOptions>? current;

    /// <summary>Raised after the services in force have been replaced.</summary>
    public event Action? Changed;

    public string Key => "Services";

    /// <summary>Gets the services in force; <see langword="null"/> until somebody has loaded them.</summary>
    public IReadOnlyDictionary<string, ServiceOptions>? Current => current;

    public void Load(ConfigurationReader? reader, ConfigurationErrors errors)
    {
        var before = errors.Items.Count;
        var services = new Dictionary<string, ServiceOptions>(StringComparer.OrdinalIgnoreCase);
        foreach (var registration in registrations)
        {
            services[registration.Name] = registration.Configure(services.GetValueOrDefault(registration.Name) ?? new ServiceOptions());
        }

        foreach (var child in reader?.Section.GetChildren() ?? [])
        {
            if (!string.IsNullOrWhiteSpace(child.Value))
            {
                errors.Add(child.Path, "holds a single value, but a section is expected.", "Write nested keys instead, such as Endpoints.");
                continue;
            }

            services[child.Key] = ServiceOptionsReader.Read(new ConfigurationReader(child, errors), services.GetValueOrDefault(child.Key) ?? new ServiceOptions());
        }

        foreach (var (name, options) in services)
        {
            Check($"{reader?.Section.Path ?? $"{SiraConfigurationSection.DefaultName}:{Key}"}:{name}", options, errors);
        }

        if (errors.Items.Count == before)
        {
            current = services;
            Changed?.Invoke();
        }
    }

    private void Check(string path, ServiceOptions options, ConfigurationErrors errors)
    {
        foreach (var source in options.Sources.Where(name => !sources.Any(known => string.Equals(known.Name, name, StringComparison.OrdinalIgnoreCase))))
        {
            errors.AddUnknownName($"{path}:{nameof(options.Sources)}", "endpoint source", source, sources.Select(known => known.Name));
        }

        if (options.Probe is { } probe && !probes.Any(known => string.Equals(known.Name, probe, StringComparison.OrdinalIgnoreCase)))
        {
            errors.AddUnknownName($"{path}:{nameof(options.HealthCheck)}:{nameof(options.Probe)}", "health probe", probe, probes.Select(known => known.Name));
        }

        if (!balancers.TryGet(options.Balancer, out _))
        {
            errors.AddUnknownName($"{path}:{nameof(options.Balancer)}", "load balancer", options.Balancer, balancers.Names);
        }

        options.Breaker.Validate($"{path}:{nameof(options.Breaker)}", errors);
        options.HealthCheck.Validate($"{path}:{nameof(options.HealthCheck)}", errors);
        options.DnsSrv?.Validate($"{path}:{nameof(options.DnsSrv)}", errors);
        foreach (var twice in options.Endpoints.CountBy(endpoint => endpoint.Id).Where(count => count.Value > 1))
        {
            errors.Add($"{path}:{nameof(options.Endpoints)}", $"endpoint '{twice.Key}' is listed {twice.Value} times.", "List it once, with the sum of the weights if both were meant.");
        }
    }
}
