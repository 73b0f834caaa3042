using Sira.Backends.Configuration;
using Sira.Kernel.Builder;
using Sira.Simulation;

#pragma warning disable IDE0130 // Extension methods live where the user's start-up code already looks.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Puts simulated providers behind backends.</summary>
public static class SimulationBuilderExtensions
{
    /// <summary>Sends a backend's requests to a simulated provider instead of the network. The backend itself, its wire format and everything above it stay as they are.</summary>
    /// <remarks>A name that no backend has is a mistake at start-up: otherwise the requests would go to the real provider.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="backendName">The backend's name, exactly as it was given to <c>AddOpenAI</c> and its like.</param>
    /// <param name="provider">The provider; several backends may share it.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder SimulateBackend(this ISiraBuilder builder, string backendName, SimulatedProvider provider)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(backendName);
        ArgumentNullException.ThrowIfNull(provider);
        builder.Services.AddSingleton(new BackendExpectation(backendName, nameof(SimulateBackend)));
        builder.Services.AddHttpClient("sira:" + backendName).ConfigurePrimaryHttpMessageHandler(() => new SimulatedProviderHandler(provider));
        return builder;
    }
}
