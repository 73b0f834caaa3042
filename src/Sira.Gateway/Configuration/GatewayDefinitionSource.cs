using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;

namespace Sira.Gateway.Configuration;

/// <summary>Reads the gateway's configuration: first what code has set, then the section <c>Sira</c> over it.</summary>
internal sealed class GatewayDefinitionSource(
    IOptionsFactory<GatewayOptions> gatewayFactory,
    IEnumerable<IConfigurationPart> parts,
    SiraConfigurationSection configuration)
{
    // Read by Sira.Backends.
    private const string BackendsKey = "Backends";

    public GatewayDefinition Load(ContributionSnapshot contributions, ConfigurationErrors errors)
    {
        var options = gatewayFactory.Create(Options.DefaultName);
        var chat = new Dictionary<string, RouteOptions>(StringComparer.OrdinalIgnoreCase);
        var embeddings = new Dictionary<string, RouteOptions>(StringComparer.OrdinalIgnoreCase);
        foreach (var contribution in contributions.Get<RouteRegistration>())
        {
            AddRoute(contribution, errors);
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

        void AddRoute(Contribution<RouteRegistration> contribution, ConfigurationErrors errors)
        {
            if (contribution is { Value: { } registration, Contributor: { Services: { } services } contributor }
                && !Of(registration.Kind).TryAdd(registration.Name, services.GetRequiredService<IOptionsFactory<RouteOptions>>().Create(registration.OptionsName)))
            {
                errors.Add(configuration.PathOf("Routes", registration.Name), $"the plugin '{contributor.Id}' adds a route that is there already.", "Give the plugin's route another name.");
            }
        }

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
