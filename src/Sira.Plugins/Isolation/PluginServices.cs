using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sira.Kernel.Contributions;
using Sira.Kernel.Plugins;
using Sira.Kernel.Time;

namespace Sira.Plugins.Isolation;

/// <summary>Makes the container of a plugin: what every plugin has of the host, what it is permitted, and a clear refusal in place of everything else that the host would broker.</summary>
internal sealed class PluginServices(TimeProvider time, IRandomSource random, ILoggerFactory loggers, IEnumerable<IPluginServiceBroker> brokers, IEnumerable<ContributionContract> contracts)
{
    private readonly IPluginServiceBroker[] brokers = [.. brokers];
    private readonly HashSet<Type> contracts = [.. contracts.Select(static contract => contract.Type)];

    /// <summary>Gets the kinds of permissions that manifests may ask for.</summary>
    public PermissionKinds PermissionKinds { get; } = new(brokers);

    /// <summary>Makes the services that the plugin adds its own to.</summary>
    public ServiceCollection Create(PluginContext context, IReadOnlyDictionary<string, PluginGrant> grants)
    {
        var services = new ServiceCollection();
        services.AddSingleton(time);
        services.AddSingleton(random);
        services.AddSingleton(context);
        services.AddSingleton(context.Settings);

        // By a factory, so that the container disposes of it and the plugin falls silent; the host's loggers live on.
        services.AddSingleton<ILoggerFactory>(_ => new PluginLoggerFactory(loggers, context.Id));
        services.AddLogging();
        services.AddOptions();
        foreach (var broker in brokers)
        {
            var everybody = broker.Permission is null ? new PluginGrant(context.Id, []) : null;
            if ((everybody ?? grants.GetValueOrDefault(broker.Permission!)) is { } grant)
            {
                // By a factory, so that the container disposes of it.
                services.AddSingleton(broker.ServiceType, _ => broker.Create(grant));
            }
            else
            {
                services.AddSingleton(broker.ServiceType, _ => throw new PluginException(
                    context.Id, $"The plugin '{context.Id}' asks for {broker.ServiceType.Name}, which needs the permission '{broker.Permission}'. Add it to the permissions in the plugin's manifest."));
            }
        }

        return services;
    }

    /// <summary>Refuses what the plugin registered for the host and the host would never ask for.</summary>
    /// <param name="pluginId">The plugin.</param>
    /// <param name="added">What it registered.</param>
    /// <returns>The names of the contracts to which it contributes.</returns>
    /// <exception cref="PluginException">There is something that the host does not take from plugins.</exception>
    public IReadOnlyList<string> Check(string pluginId, IEnumerable<ServiceDescriptor> added)
    {
        var contributed = new SortedSet<string>(StringComparer.Ordinal);
        var refused = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var type in added.Select(static descriptor => descriptor.ServiceType))
        {
            if (contracts.Contains(type))
            {
                contributed.Add(NameOf(type));
            }
            else if (IsOfTheHost(type))
            {
                refused.Add(NameOf(type));
            }
        }

        return refused.Count == 0 ? [.. contributed] : throw new PluginException(
            pluginId,
            $"The plugin '{pluginId}' registers {string.Join(", ", refused)}, which the host does not take from plugins. "
            + $"It takes {string.Join(", ", contracts.Select(NameOf).Order(StringComparer.Ordinal))}. Configure everything else in the host.");
    }

    private bool IsOfTheHost(Type type) =>
        type.IsConstructedGenericType ? type.GetGenericArguments().Any(IsOfTheHost) : type.Namespace is { } name && (name == "Sira" || name.StartsWith("Sira.", StringComparison.Ordinal)) && IsHostAssembly(type);

    // A plugin may call its own namespace Sira.Something; those of the host are the assemblies that take contributions.
    private bool IsHostAssembly(Type type) => contracts.Any(contract => contract.Assembly == type.Assembly);

    private static string NameOf(Type type) => type.IsConstructedGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.Name;
}
