using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Configuration;
using Sira.Kernel.Builder;

namespace Sira.Backends.Builder;

/// <summary>What every <c>AddX</c> of a backend does.</summary>
internal static class BackendRegistrations
{
    /// <summary>Registers a backend. The very same call again changes nothing; another call of the same name is a mistake, reported with all others at start-up.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The backend's name.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="configure">Sets the options.</param>
    /// <param name="settings">What tells this call from others, when that is not <paramref name="configure"/>.</param>
    /// <param name="call">The builder call.</param>
    public static ISiraBuilder Add(ISiraBuilder builder, string name, string kind, Action<BackendOptions>? configure, object? settings = null, [CallerMemberName] string call = "")
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var registration = new BackendRegistration(name, kind, call, settings ?? configure);
        var (taken, same) = (false, false);
        foreach (var descriptor in builder.Services)
        {
            if (descriptor.ServiceType == typeof(BackendRegistration) && descriptor.ImplementationInstance is BackendRegistration existing)
            {
                taken |= existing.HasNameOf(registration);
                same |= existing.IsSameAs(registration);
            }
        }

        if (same)
        {
            return builder;
        }

        builder.Services.AddSingleton(registration);
        // Settings of two accounts are never mixed: one's key would go to the other's address.
        if (!taken && configure is not null)
        {
            builder.Services.Configure(name, configure);
        }

        return builder;
    }
}
