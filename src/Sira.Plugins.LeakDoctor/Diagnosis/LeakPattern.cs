using Sira.Plugins.LeakDoctor.Reports;

namespace Sira.Plugins.LeakDoctor.Diagnosis;

/// <summary>A known way of holding a plugin, recognised by a type on the path.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="TypePrefix">How the name of the type begins.</param>
/// <param name="Owner">Who holds the plugin, in words.</param>
/// <param name="Fix">What to do.</param>
internal sealed record LeakPattern(LeakKind Kind, string TypePrefix, string Owner, string Fix);
