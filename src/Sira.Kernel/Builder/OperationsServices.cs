using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sira.Kernel.Backup;
using Sira.Kernel.Backup.Participants;
using Sira.Kernel.Configuration;
using Sira.Kernel.Configuration.Rollout;
using Sira.Kernel.Configuration.Versions;
using Sira.Kernel.Contributions;
using Sira.Kernel.Diagnostics.Inspection;
using Sira.Kernel.Health.Status;

namespace Sira.Kernel.Builder;

/// <summary>Registers what operators use: the configuration with its history and rollouts, health, diagnostics, backups.</summary>
internal static class OperationsServices
{
    public static void AddOperations(this IServiceCollection services)
    {
        services.TryAddSingleton(static provider => new SiraConfigurationSection(provider.GetService<IConfiguration>()?.GetSection(SiraConfigurationSection.DefaultName)));
        services.TryAddSingleton(static provider => new SiraConfiguration(
            provider.GetRequiredService<SiraConfigurationSection>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetServices<IConfigurationValidator>(),
            provider.GetService<IOptions<ConfigurationHistoryOptions>>()?.Value,
            provider.GetService<ILogger<SiraConfiguration>>()));
        services.TryAddSingleton<ISiraConfiguration>(static provider => provider.GetRequiredService<SiraConfiguration>());
        services.TryAddSingleton<IConfigurationRollouts, ConfigurationRollouts>();
        services.AddContract<IHealthContributor>().AddContract<IDiagnosticsSource>();
        services.TryAddSingleton<ISiraHealth>(static provider => new SiraHealth(provider.GetRequiredService<ContributionCatalogue>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthContributor, ConfigurationHealth>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthContributor, PoolHealth>());
        services.TryAddSingleton<ISiraInspector, SiraInspector>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDiagnosticsSource, EndpointDiagnostics>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDiagnosticsSource, PoolDiagnostics>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDiagnosticsSource, MessagingDiagnostics>());

        // The configuration first: of all that is put in place it alone can still be turned down, by a validator of the host.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStateParticipant, ConfigurationParticipant>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStateParticipant, PoolParticipant>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStateParticipant, BreakerParticipant>());
        services.TryAddSingleton(static provider => new StateParticipants(
            provider.GetServices<IStateParticipant>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<IOptions<StateBackupOptions>>()?.Value,
            provider.GetService<ILogger<StateParticipants>>()));
        services.TryAddSingleton<IStateBackup, StateBackup>();
    }
}
