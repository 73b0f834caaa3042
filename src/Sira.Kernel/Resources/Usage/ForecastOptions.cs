namespace Sira.Kernel.Resources.Usage;

/// <summary>What is to be forecast.</summary>
/// <param name="Season">How many steps make a season: 288 for a day of 5 minutes; 1 if there is none.</param>
/// <param name="Horizon">How many steps are to be forecast.</param>
public readonly record struct ForecastOptions(int Season, int Horizon);
