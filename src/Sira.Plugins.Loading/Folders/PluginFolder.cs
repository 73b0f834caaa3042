namespace Sira.Plugins.Loading.Folders;

/// <summary>A folder of packages that code added.</summary>
/// <param name="Path">The path; a relative one begins at the application.</param>
internal sealed record PluginFolder(string Path);
