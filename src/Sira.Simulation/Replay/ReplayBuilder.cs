using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Builder;

namespace Sira.Simulation.Replay;

/// <summary>The builder that a policy is given.</summary>
internal sealed class ReplayBuilder(IServiceCollection services) : ISiraBuilder
{
    public IServiceCollection Services => services;
}
