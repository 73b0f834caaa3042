using Sira.Kernel.Configuration;

namespace Sira.Plugins.Loading.Contexts;

/// <summary>Which assemblies of its own the host shares with plugins: those that code named, and those in <c>Sira:Plugins:SharedAssemblies</c>.</summary>
internal sealed class SharingConfiguration(IEnumerable<SharedNames> registered, SiraConfigurationSection configuration) : IConfigurationPart
{
    private const string Plugins = "Plugins";
    private const string Key = "SharedAssemblies";

    private readonly SharedNames[] registered = [.. registered];
    private volatile SharedNames? last;

    string IConfigurationPart.Key => Plugins;

    /// <summary>Returns the names as they are configured now; while there is a mistake, those before it.</summary>
    public SharedNames Load(ConfigurationErrors errors)
    {
        var found = new ConfigurationErrors();
        var reader = configuration.Section is { } section && new ConfigurationReader(section, found).TrySection(Plugins, out var own) ? own : null;
        var read = Read(reader, found);
        foreach (var error in found.Items)
        {
            errors.Add(error.Path, error.Problem, error.Fix);
        }

        return found.Items.Count == 0 ? last = read : last ?? read;
    }

    void IConfigurationPart.Load(ConfigurationReader? reader, ConfigurationErrors errors) => Read(reader, errors);

    private SharedNames Read(ConfigurationReader? reader, ConfigurationErrors errors)
    {
        var names = registered.SelectMany(static names => names.Patterns).ToList();
        if (reader?.TryStrings(Key, out var configured) == true)
        {
            foreach (var name in configured)
            {
                if (SharedNames.Check(name) is { } problem)
                {
                    errors.Add(configuration.PathOf(Plugins, Key), problem, SharedNames.Grammar);
                }
                else
                {
                    names.Add(name);
                }
            }
        }

        return new SharedNames(names);
    }
}
