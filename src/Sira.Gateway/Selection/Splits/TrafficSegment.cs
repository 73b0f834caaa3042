namespace Sira.Gateway.Selection.Splits;

/// <summary>A stretch of the line from 0 to 100 that belongs to an arm.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends; the next begins there.</param>
/// <param name="Arm">The arm.</param>
internal readonly record struct TrafficSegment(double From, double To, TrafficVariant Arm);
