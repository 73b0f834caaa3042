using Sira.Plugins.LeakDoctor.Reports;

namespace Sira.Plugins.LeakDoctor;

/// <summary>Published on the message bus when the leak doctor has examined the process of its own accord.</summary>
/// <param name="Report">What it found.</param>
public sealed record PluginLeaksFound(LeakReport Report);
