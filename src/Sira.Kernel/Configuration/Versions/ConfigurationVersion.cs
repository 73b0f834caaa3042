namespace Sira.Kernel.Configuration.Versions;

/// <summary>One version of the configuration: who made it, when, why, and what became of it. Holds no settings; see <see cref="ISiraConfiguration.GetSettings"/>.</summary>
/// <param name="Number">The number, larger than that of each earlier version. Decisions name it, so that an answer can be traced to its configuration. Rejected versions have numbers as well. Those that a backup brought along come before 1: 0 is the last of them.</param>
/// <param name="Time">When it was proposed.</param>
/// <param name="Source">What brought it about.</param>
/// <param name="Actor">Who brought it about: as the caller said, or <c>host</c>.</param>
/// <param name="Reason">Why, as the caller said.</param>
/// <param name="State">What became of it.</param>
/// <param name="Report">What its validation found.</param>
public sealed record ConfigurationVersion(long Number, DateTimeOffset Time, ConfigurationSource Source, string Actor, string Reason, ConfigurationVersionState State, ConfigurationReport Report)
{
    /// <summary>Gets the number that it had in the earlier process that made it, by which that process's decisions name it; <see langword="null"/> for a version of this process.</summary>
    public long? OriginalNumber { get; init; }

    /// <summary>Gets whether it can be rolled back to: it is or was in force, and its real settings are still held. They are kept in memory only: versions from before a restart are for reading.</summary>
    public bool CanRollBack { get; init; }
}
