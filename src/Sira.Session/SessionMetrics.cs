using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;

namespace Sira.Session;

/// <summary>What is counted of sessions.</summary>
internal static class SessionMetrics
{
    /// <summary>Tag <c>sira.session.read</c>: <c>nothing</c> where the view in memory was current, <c>rest</c> where what was new was read, <c>all</c> otherwise.</summary>
    public static Counter<long> Opened { get; } = SiraDiagnostics.Meter.CreateCounter<long>("sira.session.opened", "{session}", "Sessions that were opened.");

    public static Counter<long> Events { get; } = SiraDiagnostics.Meter.CreateCounter<long>("sira.session.events", "{event}", "Events that were appended to sessions.");

    public static Counter<long> Conflicts { get; } = SiraDiagnostics.Meter.CreateCounter<long>("sira.session.conflicts", "{append}", "Appends that were refused because somebody else was first.");

    public static Counter<long> Segments { get; } = SiraDiagnostics.Meter.CreateCounter<long>("sira.session.segments", "{segment}", "Segments of sessions that were written.");

    public static Counter<long> DamagedSegments { get; } = SiraDiagnostics.Meter.CreateCounter<long>("sira.session.segments.damaged", "{segment}", "Segments of sessions that could not be read and were passed over.");

    public static Counter<long> Expired { get; } = SiraDiagnostics.Meter.CreateCounter<long>("sira.session.expired", "{session}", "Sessions that were deleted because their time had run out.");
}
