using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Sira.Backends.Catalogue;
using Sira.Backends.Keys;
using Sira.Backends.Kinds;
using Sira.Kernel.Configuration;

namespace Sira.Backends.Configuration;

/// <summary>Puts backends together from code, then the section <c>Sira:Backends</c> over it; and from the environment when neither names any.</summary>
internal sealed class BackendSource(
    IEnumerable<BackendRegistration> registrations,
    IEnumerable<BackendExpectation> expectations,
    IOptionsFactory<BackendOptions> optionsFactory,
    SiraConfigurationSection configuration,
    BackendKinds kinds,
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
    private readonly Dictionary<string, (BackendDefinition Definition, IBackend Backend)> current = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<IDisposable> owned = [];

    // What was built stays until the end in any case; a definition that comes back, as after a rollback, finds its connections and keys.
    private readonly Dictionary<BackendDefinition, IBackend> built = [];

    /// <inheritdoc />
    public IReadOnlyList<IBackend> Load(ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        lock (gate)
        {
            var builder = new BackendDefinitionBuilder(kinds, environment, configuration, errors);
            var backends = new List<IBackend>();
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var (name, options) in Describe(errors))
            {
                if (builder.Build(name, options) is { } definition && GetOrCreate(definition, errors) is { } backend)
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

    private List<(string Name, BackendOptions Options)> Describe(ConfigurationErrors errors)
    {
        var described = new List<(string Name, BackendOptions Options)>();
        foreach (var registration in registrations)
        {
            var at = described.FindIndex(entry => string.Equals(entry.Name, registration.Name, StringComparison.OrdinalIgnoreCase));
            if (at < 0)
            {
                var options = optionsFactory.Create(registration.Name);
                options.Kind ??= registration.Kind;
                described.Add((registration.Name, options));
            }
            else
            {
                ReportDuplicate(registrations.First(registration.HasNameOf), registration, errors);
            }
        }

        ApplyFile(described, errors);
        if (described.Count == 0)
        {
            foreach (var kind in BackendDiscovery.Find(kinds, environment))
            {
                var options = optionsFactory.Create(kind.Name);
                options.Kind ??= kind.Name;
                described.Add((kind.Name, options));
            }

            if (described.Count == 0)
            {
                BackendDiscovery.ReportNone(kinds, environment, configuration.PathOf(SectionName), errors);
            }
        }

        CheckExpectations(described, errors);
        return described;
    }

    private void ReportDuplicate(BackendRegistration first, BackendRegistration second, ConfigurationErrors errors) => errors.Add(
        configuration.PathOf(SectionName, first.Name),
        $"the backend '{first.Name}' was added twice, by {first.Call} and {second.Call}.",
        $"Give the second a name of its own: {second.Call}(\"{second.Name}-2\", …), or put all settings into one call.");

    private void CheckExpectations(List<(string Name, BackendOptions Options)> described, ConfigurationErrors errors)
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

    private void ApplyFile(List<(string Name, BackendOptions Options)> described, ConfigurationErrors errors)
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
                described.Add((name, options));
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

    private IBackend? GetOrCreate(BackendDefinition definition, ConfigurationErrors errors)
    {
        if (current.TryGetValue(definition.Name, out var existing) && existing.Definition.Equals(definition))
        {
            return existing.Backend;
        }

        if (built.TryGetValue(definition, out var known))
        {
            current[definition.Name] = (definition, known);
            return known;
        }

        if (factory.Create(definition, errors) is not { } backend)
        {
            return null;
        }

        built.Add(definition, backend);
        current[definition.Name] = (definition, backend);
        if (backend is IDisposable disposable)
        {
            // Requests may still run on it when a reload replaces it; it ends with the container.
            owned.Add(disposable);
        }

        logger.BackendBuilt(definition.Name, definition.Kind, definition.Place, definition.Keys.Count);
        return backend;
    }

    private void Forget(HashSet<string> names, ConfigurationErrors errors)
    {
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
