namespace Sira.Plugins.LeakDoctor.Reports;

/// <summary>A place from which the collector begins.</summary>
/// <param name="Kind">The kind of place.</param>
/// <param name="Name">The static field with its type, the method on the stack with its thread, or what else is known of it.</param>
public sealed record LeakRoot(LeakRootKind Kind, string Name);
