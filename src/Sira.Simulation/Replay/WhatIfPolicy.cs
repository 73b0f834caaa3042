using Sira.Kernel.Builder;

namespace Sira.Simulation.Replay;

/// <summary>A policy to be tried: what an application would write into <c>AddSira</c>.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Configure">Describes routes, budgets and stages. Backends may be added too, as in production; those of the world need not be. For a section of a configuration: <c>sira => sira.Services.AddSingleton&lt;IConfiguration&gt;(configuration)</c>.</param>
public sealed record WhatIfPolicy(string Name, Action<ISiraBuilder> Configure)
{
    /// <summary>Gets the route that all requests take, whatever model they asked for.</summary>
    /// <value>Default <see langword="null"/>: the model asked for or, where none was, the default route.</value>
    public string? Route { get; init; }
}
