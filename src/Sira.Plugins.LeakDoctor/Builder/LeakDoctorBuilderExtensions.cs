using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sira.Kernel.Builder;
using Sira.Plugins.LeakDoctor;
using Sira.Plugins.LeakDoctor.Examining;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the leak doctor.</summary>
public static class LeakDoctorBuilderExtensions
{
    /// <summary>Adds the leak doctor: when the code of a stopped plugin has not left memory in time, it takes a snapshot of the process, logs what holds the plugin, and publishes <see cref="PluginLeaksFound"/>. On demand it is <see cref="IPluginLeakDoctor"/>.</summary>
    /// <remarks>The process stands still while its snapshot is written, and the snapshot holds everything that is in memory. Meant for development, tests and the search for a leak; in production with <see cref="LeakDoctorOptions.IsAutomatic"/> off.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options; <see langword="null"/> leaves the defaults.</param>
    /// <returns>The builder.</returns>
    [RequiresUnreferencedCode("Plugins call what trimming may have removed.")]
    [RequiresDynamicCode("Plugins are compiled while the host runs.")]
    public static ISiraBuilder AddPluginLeakDoctor(this ISiraBuilder builder, Action<LeakDoctorOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.AddPluginHost().Services;
        services.AddOptions<LeakDoctorOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LeakDoctorOptions>, LeakDoctorOptionsValidator>());
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton<IPluginLeakDoctor, PluginLeakDoctor>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, LeakWatch>());
        return builder;
    }
}
