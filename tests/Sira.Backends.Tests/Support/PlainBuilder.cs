using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Builder;

namespace Sira.Backends.Tests.Support;

/// <summary>A builder over an empty collection, with the real network and clock.</summary>
internal sealed class PlainBuilder : ISiraBuilder
{
    public IServiceCollection Services { get; } = new ServiceCollection();
}
