namespace Sira.Kernel.Discovery.Sources;

/// <summary>How a source does for one service.</summary>
/// <param name="Service">The name of the service.</param>
/// <param name="Source">The name of the source.</param>
/// <param name="State">How it does.</param>
/// <param name="Endpoints">How many endpoints its list in force has.</param>
/// <param name="UpdatedAt">When it gave that list; <see langword="null"/> before the first.</param>
/// <param name="ConsecutiveFailures">How often it has failed since then.</param>
/// <param name="LastError">What went wrong the last time; <see langword="null"/> unless it is failing.</param>
public sealed record SourceStatus(string Service, string Source, SourceState State, int Endpoints = 0, DateTimeOffset? UpdatedAt = null, int ConsecutiveFailures = 0, string? LastError = null);
