using System.Reflection;

namespace Sira.Plugins.Loading.Contexts;

/// <summary>An assembly of the host that plugins share.</summary>
/// <param name="Assembly">The assembly.</param>
/// <param name="Version">Its version, which the runtime makes anew each time that it is asked for.</param>
internal sealed record SharedAssembly(Assembly Assembly, Version? Version);
