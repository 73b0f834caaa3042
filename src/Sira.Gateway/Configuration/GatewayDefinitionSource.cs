using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Sira.Kernel.Configuration;

namespace Sira.Gateway.Configuration;

/// <summary>Reads the gateway's configuration: first what code has set, then the section <c>Sira</c> over it.</summary>
internal sealed class GatewayDefinitionSource(
    IEnumerable<RouteRegistration> registrations,
    IOptionsFactory<RouteOptions> routeFactory,
    IOptionsFactory<GatewayOptions> gatewayFactory,
    IEnumerable<IConfigurationPart> parts,
    SiraConfigurationSection configuration)
{
    // Read by Sira.Backends.
    private const string BackendsKey = "Backends";

    public GatewayDefinition Load(ConfigurationErrors errors)
    {
        var options = gatewayFactory.Create(Options.DefaultName);
        var chat = new Dictionary<string, RouteOptions>(StringComparer.OrdinalIgnoreCase);
        var embeddings = new Dictionary<string, RouteOptions>(StringComparer.OrdinalIgnoreCase);
        foreach (var registration in registrations)
        {
            Of(registration.Kind).TryAdd(registration.Name, routeFactory.Create(registration.OptionsName));
        }

        if (configuration.Section is { } section)
        {
            var reader = new ConfigurationReader(section, errors);
            GatewayOptionsReader.Apply(reader, options);
            ApplyRoutes(reader, "Routes", chat);
            ApplyRoutes(reader, "EmbeddingRoutes", embeddings);
            reader.Allow(BackendsKey);
            LoadParts(reader, errors);
            reader.ReportUnknownKeys();
        }
        else
        {
            LoadParts(null, errors);
        }

        return new GatewayDefinition(options, chat, embeddings);

        Dictionary<string, RouteOptions> Of(RouteKind kind) => kind == RouteKind.Chat ? chat : embeddings;
    }

    public IChangeToken? GetChangeToken() => configuration.Section?.GetReloadToken();

    private void LoadParts(ConfigurationReader? reader, ConfigurationErrors errors)
    {
        foreach (var part in parts)
        {
            part.Load(reader is not null && reader.TrySection(part.Key, out var section) ? section : null, errors);
        }
    }

    private static void ApplyRoutes(ConfigurationReader reader, string key, Dictionary<string, RouteOptions> routes)
    {
        foreach (var (name, routeReader) in reader.Children(key))
        {
            if (!routes.TryGetValue(name, out var options))
            {
                routes.Add(name, options = new RouteOptions());
            }

            RouteOptionsReader.Apply(routeReader, options);
        }
    }
}
