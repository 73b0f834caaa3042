using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Builder;

namespace Sira.Plugins.Hosting;

/// <summary>The builder that a plugin configures itself on.</summary>
internal sealed class PluginBuilder(IServiceCollection services) : ISiraBuilder
{
    public IServiceCollection Services => services;
}
