namespace Sira.Plugins.Hosting;

/// <summary>What looking for plugins anew has changed.</summary>
/// <param name="Started">The plugins that were started, as <c>id version</c>.</param>
/// <param name="Stopped">The plugins that were taken away or replaced.</param>
/// <param name="Problems">What could not be done, and why: plugins that may not run, do not fit together, or failed. Whatever ran before in their place goes on.</param>
public sealed record PluginRefresh(IReadOnlyList<string> Started, IReadOnlyList<string> Stopped, IReadOnlyList<string> Problems);
