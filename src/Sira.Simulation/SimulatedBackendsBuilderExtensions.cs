using Sira.Backends.Configuration;
using Sira.Kernel.Builder;
using Sira.Simulation;

#pragma warning disable IDE0130 // Extension methods live where the user's start-up code already looks.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Registers backends that are simulated from the start.</summary>
public static class SimulatedBackendsBuilderExtensions
{
    private const string SimulatedKey = "simulated";

    /// <summary>Adds the backends <c>openai</c>, <c>anthropic</c> and <c>gemini</c>, each answered by a simulated provider over its real wire format. Needs no key and no network, and never happens by itself.</summary>
    /// <remarks>A plain <c>AddOpenAI()</c> and its like may be there already. For a backend that was given settings use <see cref="SimulationBuilderExtensions.SimulateBackend"/>: it is added once only.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="provider">The provider behind all three; <see langword="null"/> for one that answers by itself.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddSimulatedBackends(this ISiraBuilder builder, SimulatedProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        provider ??= new SimulatedProvider();
        builder.AddOpenAI().AddAnthropic().AddGemini();
        foreach (var name in (ReadOnlySpan<string>)["openai", "anthropic", "gemini"])
        {
            // Beside the plain call rather than in it, which makes a plain call elsewhere the very same one.
            builder.Services.Configure<BackendOptions>(name, Simulate);
            builder.SimulateBackend(name, provider);
        }

        return builder;
    }

    private static void Simulate(BackendOptions options)
    {
        if (options.ApiKeys.Count == 0)
        {
            options.ApiKeys.Add(SimulatedKey);
        }
    }
}
