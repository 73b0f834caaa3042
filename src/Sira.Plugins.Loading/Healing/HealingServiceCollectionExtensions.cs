using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sira.Plugins.Loading.Healing.Healers;

namespace Sira.Plugins.Loading.Healing;

/// <summary>Registers what heals unloads.</summary>
internal static class HealingServiceCollectionExtensions
{
    public static void AddContextHealing(this IServiceCollection services)
    {
        services.TryAddSingleton<ContextHealing>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILeakHealer, TimerHealer>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILeakHealer, RegisteredWaitHealer>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILeakHealer, ProcessEventHealer>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILeakHealer, UnobservedTaskHealer>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILeakHealer, ContextEventHealer>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILeakHealer, MeterHealer>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILeakHealer, ListenerHealer>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILeakHealer, JsonCacheHealer>());
    }
}
