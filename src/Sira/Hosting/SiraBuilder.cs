using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Builder;

namespace Sira.Hosting;

/// <summary>The builder that <c>AddSira</c> hands out.</summary>
internal sealed class SiraBuilder(IServiceCollection services) : ISiraBuilder
{
    public IServiceCollection Services => services;
}
