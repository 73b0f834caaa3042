using Microsoft.Extensions.Configuration;
using Sira.Kernel.Configuration;

namespace Sira.Plugins.Loading.Publishers;

/// <summary>The publishers that the host trusts: those that code added, and the section <c>Sira:Plugins:Publishers</c> over them.</summary>
/// <remarks>While there is a mistake, the publishers before it go on being trusted, so that a slip of the pen takes no plugin out of use.</remarks>
internal sealed class PublisherConfiguration(IEnumerable<PublisherRegistration> registrations, SiraConfigurationSection configuration) : IConfigurationPart
{
    private const string Plugins = "Plugins";
    private const string Publishers = "Publishers";

    private readonly PublisherRegistration[] registrations = [.. registrations];
    private volatile TrustedPublishers? last;

    string IConfigurationPart.Key => Plugins;

    private string Path => configuration.PathOf(Plugins, Publishers);

    /// <summary>Returns the publishers as they are configured now.</summary>
    public TrustedPublishers Load(ConfigurationErrors errors)
    {
        var found = new ConfigurationErrors();
        var reader = configuration.Section is { } section && new ConfigurationReader(section, found).TrySection(Plugins, out var own) ? own : null;
        var read = new TrustedPublishers(Read(reader, found), Path);
        foreach (var error in found.Items)
        {
            errors.Add(error.Path, error.Problem, error.Fix);
        }

        return found.Items.Count == 0 ? last = read : last ?? read;
    }

    void IConfigurationPart.Load(ConfigurationReader? reader, ConfigurationErrors errors) => Read(reader, errors);

    private List<Publisher> Read(ConfigurationReader? reader, ConfigurationErrors errors)
    {
        var options = new Dictionary<string, PublisherOptions>(StringComparer.OrdinalIgnoreCase);
        var builders = new List<PublisherBuilder>();
        foreach (var registration in registrations)
        {
            registration.Configure(options.TryGetValue(registration.Name, out var known) ? known : options[registration.Name] = new PublisherOptions());
        }

        foreach (var (name, publisher) in options)
        {
            builders.Add(new PublisherBuilder(name, publisher, $"TrustPublisher(\"{name}\")"));
        }

        foreach (var (name, own) in reader?.Children(Publishers) ?? [])
        {
            var builder = builders.Find(builder => string.Equals(builder.Name, name, StringComparison.OrdinalIgnoreCase));
            if (builder is null)
            {
                builders.Add(builder = new PublisherBuilder(name, new PublisherOptions(), ConfigurationPath.Combine(Path, name)));
            }

            builder.Apply(own);
        }

        return Build(builders, errors);
    }

    private static List<Publisher> Build(List<PublisherBuilder> builders, ConfigurationErrors errors)
    {
        var publishers = new List<Publisher>();
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var builder in builders)
        {
            if (builder.Build(errors) is not { } publisher)
            {
                continue;
            }

            publishers.Add(publisher);
            foreach (var key in publisher.Keys.Where(key => !owners.TryAdd(key.Id, publisher.Name) && owners[key.Id] != publisher.Name))
            {
                errors.Add(builder.Path, $"the key {key.Id} is {owners[key.Id]}'s already.", "Give each publisher keys of its own; nobody could tell who signed.");
            }
        }

        return publishers;
    }
}
