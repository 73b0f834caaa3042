using Sira.Kernel.Configuration;
using Sira.Kernel.Discovery.Dns;
using Sira.Kernel.Health;
using Sira.Kernel.Health.Probing;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Discovery.Configuration;

/// <summary>Reads a service over what code has set.</summary>
internal static class ServiceOptionsReader
{
    public static ServiceOptions Read(ConfigurationReader reader, ServiceOptions defaults)
    {
        var options = defaults with
        {
            Sources = reader.TryStrings(nameof(ServiceOptions.Sources), out var sources) ? sources : defaults.Sources,
            Balancer = reader.TryString(nameof(ServiceOptions.Balancer), out var balancer) ? balancer.Trim() : defaults.Balancer,
            Locality = ReadLocality(reader, nameof(ServiceOptions.Locality)) ?? defaults.Locality,
            Endpoints = ReadEndpoints(reader, defaults.Endpoints),
            Breaker = reader.TrySection(nameof(ServiceOptions.Breaker), out var breaker) ? CircuitBreakerOptions.Read(breaker, defaults.Breaker) : defaults.Breaker,
            DnsSrv = reader.TrySection(nameof(ServiceOptions.DnsSrv), out var dns) ? DnsSrvOptions.Read(dns, defaults.DnsSrv ?? new DnsSrvOptions()) : defaults.DnsSrv,
        };
        if (reader.TrySection(nameof(ServiceOptions.HealthCheck), out var check))
        {
            options = options with
            {
                Probe = check.TryString(nameof(ServiceOptions.Probe), out var probe) ? probe.Trim() : options.Probe ?? HealthProbes.Http,
                HealthCheck = HealthCheckOptions.Read(check, options.HealthCheck),
            };
            check.ReportUnknownKeys();
        }

        reader.ReportUnknownKeys();
        return options;
    }

    // The file adds to the endpoints of the code, and replaces those of the same identity.
    private static List<EndpointDefinition> ReadEndpoints(ConfigurationReader reader, IReadOnlyList<EndpointDefinition> defaults)
    {
        var endpoints = defaults.ToList();
        foreach (var (id, endpoint) in reader.Children(nameof(ServiceOptions.Endpoints)))
        {
            var known = endpoints.FindIndex(definition => definition.Id == id);
            var definition = ReadEndpoint(endpoint, known < 0 ? new EndpointDefinition(id) : endpoints[known]);
            if (known < 0)
            {
                endpoints.Add(definition);
            }
            else
            {
                endpoints[known] = definition;
            }
        }

        return endpoints;
    }

    private static EndpointDefinition ReadEndpoint(ConfigurationReader reader, EndpointDefinition defaults)
    {
        var definition = defaults with
        {
            Address = ReadAddress(reader) ?? defaults.Address,
            Weight = reader.TryDouble(nameof(EndpointDefinition.Weight), out var weight, 0, EndpointDefinition.MaximumWeight) ? weight : defaults.Weight,
            Priority = reader.TryInt32(nameof(EndpointDefinition.Priority), out var priority, 0, EndpointDefinition.MaximumPriority) ? priority : defaults.Priority,
            Locality = ReadLocality(reader, nameof(EndpointDefinition.Locality)) ?? defaults.Locality,
            Tags = reader.TryStrings(nameof(EndpointDefinition.Tags), out var tags) ? tags.ToHashSet(StringComparer.Ordinal) : defaults.Tags,
            Metadata = reader.TryMap(nameof(EndpointDefinition.Metadata), out var metadata) ? metadata : defaults.Metadata,
        };
        reader.ReportUnknownKeys();
        return definition;
    }

    // Any scheme: an endpoint may be a port that is reached by something else than HTTP.
    private static Uri? ReadAddress(ConfigurationReader reader)
    {
        const string Key = nameof(EndpointDefinition.Address);
        if (!reader.TryString(Key, out var text))
        {
            return null;
        }

        if (Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address) && address.Host.Length > 0 && address.UserInfo.Length == 0)
        {
            return address;
        }

        var problem = address?.UserInfo.Length > 0 ? "the address carries credentials." : $"{SecretText.Quote(text)} is not an absolute address with a host.";
        reader.Errors.Add($"{reader.Section.Path}:{Key}", problem, "Write an address such as https://10.0.0.7:8443 or tcp://cache.example.com:6379, without credentials.");
        return null;
    }

    private static Locality? ReadLocality(ConfigurationReader reader, string key)
    {
        if (!reader.TrySection(key, out var place))
        {
            return null;
        }

        var hasRegion = place.TryString(nameof(Locality.Region), out var region);
        var hasZone = place.TryString(nameof(Locality.Zone), out var zone);
        place.ReportUnknownKeys();
        if (hasRegion)
        {
            return new Locality(region.Trim(), hasZone ? zone.Trim() : null);
        }

        reader.Errors.Add(place.Section.Path, "names no region.", "Write a Region, and a Zone if there are several in it.");
        return null;
    }
}
