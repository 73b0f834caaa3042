using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Configuration;
using Sira.Kernel.Builder;

namespace Sira.Backends.Builder;

/// <summary>What every <c>AddX</c> of a backend does.</summary>
internal static class BackendRegistrations
{
    /// <summary>Registers a backend, once per name and kind; options given again are applied on top.</summary>
    public static ISiraBuilder Add(ISiraBuilder builder, string name, string kind, Action<BackendOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var existing = builder.Services
            .Select(static descriptor => descriptor.ServiceType == typeof(BackendRegistration) ? descriptor.ImplementationInstance as BackendRegistration : null)
            .FirstOrDefault(registration => registration is not null && string.Equals(registration.Name, name, StringComparison.OrdinalIgnoreCase));
        // A second backend of the same name but another kind is a mistake, reported with all others at start-up.
        if (existing is null || !string.Equals(existing.Kind, kind, StringComparison.OrdinalIgnoreCase))
        {
            existing = new BackendRegistration(existing?.Name ?? name, kind);
            builder.Services.AddSingleton(existing);
        }

        if (configure is not null)
        {
            builder.Services.Configure(existing.Name, configure);
        }

        return builder;
    }
}
