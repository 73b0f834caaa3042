using Microsoft.Extensions.Configuration;
using Sira.Kernel.Configuration;
using Sira.Kernel.Sealing;

namespace Sira.Storage.Hosting;

/// <summary>The storage's part of the configuration, <c>Sira:Storage</c>. Read once; a reload is checked and takes effect with the next start.</summary>
internal sealed class StorageConfiguration(IEnumerable<StorageEngineDefinition> definitions, IEnumerable<StorageEngineKind> kinds, StorageOptions code, SiraConfigurationSection? section) : IConfigurationPart
{
    private const string EnginesKey = "Engines";

    public string Key => "Storage";

    /// <summary>Reads what is to be used.</summary>
    /// <exception cref="SiraConfigurationException">A value is wrong.</exception>
    public StorageSettings Read()
    {
        var errors = new ConfigurationErrors();
        var own = section?.Section?.GetSection(Key);
        var settings = Read(own is not null ? new ConfigurationReader(own, errors) : null, errors);
        errors.ThrowIfAny();
        return settings;
    }

    public void Load(ConfigurationReader? reader, ConfigurationErrors errors) => Read(reader, errors);

    private StorageSettings Read(ConfigurationReader? reader, ConfigurationErrors errors)
    {
        var path = reader?.Section.Path ?? $"{SiraConfigurationSection.DefaultName}:{Key}";
        var sections = new Dictionary<string, ConfigurationReader>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, child) in reader?.Children(EnginesKey) ?? [])
        {
            sections[name] = child;
        }

        var engines = new List<(string Name, Func<IServiceProvider, IStorageEngine> Create)>();
        foreach (var definition in definitions)
        {
            sections.Remove(definition.Name, out var child);
            Add(engines, definition.Name, definition.Kind, path, child, errors);
        }

        foreach (var (name, child) in sections)
        {
            if (FindKind(name, child, path, errors) is { } kind)
            {
                Add(engines, name, kind, path, child, errors);
            }
        }

        var options = code.Over(reader);
        foreach (var rule in options.Rules)
        {
            rule.Validate(errors);
        }

        options.Codec = options.Codec with
        {
            Path = $"{path}:{nameof(options.Codec)}",
            KeyRingFix = $"Write keys into {path}:{nameof(options.KeyRing)}, or register an {nameof(IKeyRing)} as a service.",
        };
        options.Codec.Validate(options.Codec.Path, errors);
        foreach (var (name, layer) in options.Layers)
        {
            layer.Validate($"{path}:{nameof(options.Layers)}:{name}", errors);
            if (!engines.Exists(engine => string.Equals(engine.Name, name, StringComparison.OrdinalIgnoreCase)))
            {
                errors.AddUnknownName($"{path}:{nameof(options.Layers)}", "engine", name, engines.Select(static engine => engine.Name));
            }
        }

        LargeValueOptionsReader.Check($"{path}:{nameof(options.LargeValues)}", options.LargeValues, [.. engines.Select(static engine => engine.Name)], errors);
        options.KeyRing?.Validate($"{path}:{nameof(options.KeyRing)}", errors);
        reader?.ReportUnknownKeys();
        return new StorageSettings(options, engines, path);
    }

    private static void Add(List<(string Name, Func<IServiceProvider, IStorageEngine> Create)> engines, string name, StorageEngineKind kind, string path, ConfigurationReader? reader, ConfigurationErrors errors)
    {
        if (reader is not null && reader.TryString("Kind", out var written) && !string.Equals(written, kind.Name, StringComparison.OrdinalIgnoreCase))
        {
            errors.Add(reader.Section.Path + ":Kind", $"'{written}' is asked, but code has added the engine '{name}' as {kind.Name}.", "Name the engine otherwise, or leave the kind out.");
        }

        var create = kind.Read(new StorageEngineSettings(name, ConfigurationPath.Combine(path, EnginesKey, name), reader, errors));
        engines.Add((name, services => create(services) ?? throw new InvalidOperationException($"The storage engine '{name}' was not made: the function that was given to AddStorageEngine for it has returned null. Return an engine.")));
        reader?.ReportUnknownKeys();
    }

    private StorageEngineKind? FindKind(string name, ConfigurationReader reader, string path, ConfigurationErrors errors)
    {
        var where = ConfigurationPath.Combine(path, EnginesKey, name, "Kind");
        var known = kinds.Select(static kind => kind.Name).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        if (!reader.TryString("Kind", out var asked))
        {
            errors.Add(where, "is missing.", $"Write one of {string.Join(", ", known)}.");
            return null;
        }

        foreach (var kind in kinds)
        {
            if (string.Equals(kind.Name, asked, StringComparison.OrdinalIgnoreCase))
            {
                return kind;
            }
        }

        errors.Add(where, $"'{asked}' is unknown.", UnknownName.Suggest("kind of engine", asked, known) + " Other kinds come with packages of their own, such as Sira.Storage.PostgreSql, and are known when code calls their Add…Storage().");
        return null;
    }
}
