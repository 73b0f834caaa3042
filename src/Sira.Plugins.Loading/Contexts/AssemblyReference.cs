namespace Sira.Plugins.Loading.Contexts;

/// <summary>An assembly that another one was built against.</summary>
/// <param name="Name">Its simple name.</param>
/// <param name="Version">The version, which is the least that will do.</param>
internal readonly record struct AssemblyReference(string Name, Version Version);
