using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Sira.Kernel.Diagnostics;

/// <summary>The names under which Sira reports traces and metrics, and the sources themselves.</summary>
public static class SiraDiagnostics
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string SourceName = "Sira";

    /// <summary>Gets the activity source. Subscribe by <see cref="SourceName"/>.</summary>
    public static ActivitySource ActivitySource { get; } = new(SourceName);

    /// <summary>Gets the meter. Subscribe by <see cref="SourceName"/>.</summary>
    public static Meter Meter { get; } = new(SourceName);
}
