using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Sira.Backends.Catalogue;
using Sira.Backends.Keys;
using Sira.Backends.Kinds;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;

namespace Sira.Backends.Configuration;

/// <summary>Puts backends together from code, then the section <c>Sira:Backends</c> over it; and from the environment when neither names any.</summary>
internal sealed class BackendSource(
    IEnumerable<BackendExpectation> expectations,
    IOptionsFactory<BackendOptions> optionsFactory,
    SiraConfigurationSection configuration,
    IModelCatalogue catalogue,
    IEnvironment environment,
    BackendFactory factory,
    KeyStore keys,
    ILogger<BackendSource> logger) : IBackendSource, IDisposable
{
    /// <summary>The section that holds the backends.</summary>
    public const string SectionName = "Backends";

    /// <summary>What <see cref="ConfigurationErrors.MarkFaulty"/> calls backends.</summary>
    public const string ErrorKind = "backend";

    private readonly Lock gate = new();
    private readonly Dictionary<string, (BackendDefinition Definition, Contributor Contributor, IBackend Backend)> current = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<IDisposable> owned = [];

    // What was built stays until the end in any case; a definition that comes back, as after a rollback, finds its connections and keys.
    private readonly Dictionary<BackendDefinition, IBackend> built = [];

    /// <inheritdoc />
    public IReadOnlyList<IBackend> Load(ContributionSnapshot contributions, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(contributions);
        ArgumentNullException.ThrowIfNull(errors);
        lock (gate)
        {
            var kinds = BackendKinds.Of(contributions);
            var builder = new BackendDefinitionBuilder(kinds, environment, configuration, errors);
            var backends = new List<IBackend>();
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var (name, options, contributor) in Describe(contributions, kinds, errors))
            {
                if (builder.Build(name, options) is { } definition && GetOrCreate(definition, contributor, kinds, errors) is { } backend)
                {
                    names.Add(name);
                    backends.Add(backend);
                }
                else
                {
                    errors.MarkFaulty(ErrorKind, name);
                }
            }

            Forget(names, errors);
            return backends;
        }
    }

    /// <inheritdoc />
    public IChangeToken GetChangeToken() => configuration.Section?.GetSection(SectionName).GetReloadToken() ?? new CancellationChangeToken(CancellationToken.None);

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var disposable in owned)
            {
                disposable.Dispose();
            }

            owned.Clear();
            current.Clear();
            built.Clear();
        }
    }

    private List<(string Name, BackendOptions Options, Contributor Contributor)> Describe(ContributionSnapshot contributions, BackendKinds kinds, ConfigurationErrors errors)
    {
        var described = new List<(string Name, BackendOptions Options, Contributor Contributor)>();
        var registrations = contributions.Get<BackendRegistration>();
        foreach (var contribution in registrations)
        {
            if (contribution is not { Value: { } registration, Contributor: { Services: { } services } contributor })
            {
                continue;
            }

            if (described.Exists(entry => string.Equals(entry.Name, registration.Name, StringComparison.OrdinalIgnoreCase)))
            {
                ReportDuplicate(registrations.First(other => other.Value is { } first && registration.HasNameOf(first)), contribution, errors);
            }
            else
            {
                // A plugin's settings stand in its own container.
                var options = (contributor.IsHost ? optionsFactory : services.GetRequiredService<IOptionsFactory<BackendOptions>>()).Create(registration.Name);
                options.Kind ??= registration.Kind;
                described.Add((registration.Name, options, contributor));
            }
        }

        var host = contributions.Contributors[0];
        ApplyFile(described, host, errors);
        if (described.Count == 0)
        {
            foreach (var kind in BackendDiscovery.Find(kinds, environment))
            {
                var options = optionsFactory.Create(kind.Name);
                options.Kind ??= kind.Name;
                described.Add((kind.Name, options, host));
            }

            if (described.Count == 0)
            {
                BackendDiscovery.ReportNone(kinds, environment, configuration.PathOf(SectionName), errors);
            }
        }

        CheckExpectations(described, errors);
        return described;
    }

    private void ReportDuplicate(Contribution<BackendRegistration> earlier, Contribution<BackendRegistration> later, ConfigurationErrors errors)
    {
        if (earlier.Value is not { } first || later.Value is not { } second)
        {
            return;
        }

        if (!later.Contributor.IsHost && later.Contributor != earlier.Contributor)
        {
            var owner = earlier.Contributor.IsHost ? "the host" : $"the plugin '{earlier.Contributor.Id}'";
            errors.Add(
                configuration.PathOf(SectionName, first.Name),
                $"the plugin '{later.Contributor.Id}' adds the backend '{second.Name}' ({second.Call}), which {owner} has already ({first.Call}) and keeps.",
                $"Give the one of '{later.Contributor.Id}' a name of its own.");
            return;
        }

        var origin = later.Contributor.IsHost ? string.Empty : $" of the plugin '{later.Contributor.Id}'";
        errors.Add(
            configuration.PathOf(SectionName, first.Name),
            $"the backend '{first.Name}' was added twice, by {first.Call} and {second.Call}{origin}.",
            $"Give the second a name of its own: {second.Call}(\"{second.Name}-2\", …), or put all settings into one call.");
    }

    private void CheckExpectations(List<(string Name, BackendOptions Options, Contributor Contributor)> described, ConfigurationErrors errors)
    {
        if (described.Count == 0 || current.Count > 0)
        {
            return;
        }

        foreach (var expectation in expectations.Where(expectation => !described.Exists(entry => entry.Name == expectation.Backend)))
        {
            errors.AddUnknownName($"{expectation.Call}(\"{expectation.Backend}\", …)", ErrorKind, expectation.Backend, described.Select(static entry => entry.Name));
        }
    }

    private void ApplyFile(List<(string Name, BackendOptions Options, Contributor Contributor)> described, Contributor host, ConfigurationErrors errors)
    {
        if (configuration.Section is not { } section)
        {
            return;
        }

        MarkSingleValues(section.GetSection(SectionName), errors);
        foreach (var (name, reader) in new ConfigurationReader(section, errors).Children(SectionName))
        {
            var at = described.FindIndex(entry => string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase));
            var options = at < 0 ? optionsFactory.Create(name) : described[at].Options;
            BackendOptionsReader.Apply(reader, options, (kind, modelId) => catalogue.Find(kind ?? name, modelId));
            if (at < 0)
            {
                described.Add((name, options, host));
            }
        }
    }

    // The reader reports each: a key in place of its section, or an array of names.
    private static void MarkSingleValues(IConfigurationSection section, ConfigurationErrors errors)
    {
        foreach (var child in section.GetChildren().Where(static child => !string.IsNullOrWhiteSpace(child.Value)))
        {
            errors.MarkFaulty(ErrorKind, child.Key);
            errors.MarkFaulty(ErrorKind, child.Value!.Trim());
        }
    }

    private IBackend? GetOrCreate(BackendDefinition definition, Contributor contributor, BackendKinds kinds, ConfigurationErrors errors)
    {
        if (current.TryGetValue(definition.Name, out var existing) && existing.Contributor == contributor && existing.Definition.Equals(definition))
        {
            return existing.Backend;
        }

        if (contributor.IsHost && built.TryGetValue(definition, out var known))
        {
            current[definition.Name] = (definition, contributor, known);
            return known;
        }

        if (factory.Create(definition, contributor, kinds, errors) is not { } backend)
        {
            return null;
        }

        current[definition.Name] = (definition, contributor, backend);
        if (contributor.IsHost)
        {
            // Requests may still run on it when a reload replaces it; it ends with the container. What a plugin's factory made ends with the plugin.
            built.Add(definition, backend);
            if (backend is IDisposable disposable)
            {
                owned.Add(disposable);
            }
        }

        logger.BackendBuilt(definition.Name, definition.Kind, definition.Place, definition.Keys.Count);
        return backend;
    }

    private void Forget(HashSet<string> names, ConfigurationErrors errors)
    {
        foreach (var name in current.Where(static entry => entry.Value.Contributor.IsRevoked).Select(static entry => entry.Key).ToList())
        {
            current.Remove(name);
        }

        if (errors.Items.Count > 0)
        {
            // The host will refuse this configuration and stay with the previous one, whose backends must stay the same objects.
            return;
        }

        foreach (var name in current.Keys.Where(name => !names.Contains(name)).ToList())
        {
            current.Remove(name);
        }

        keys.Retain([.. current.Values.Select(static entry => entry.Backend).OfType<WireBackend>().Select(static backend => backend.Pool)]);
    }
}
