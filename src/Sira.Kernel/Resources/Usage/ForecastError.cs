namespace Sira.Kernel.Resources.Usage;

/// <summary>How far a model was off where it could be compared with what came.</summary>
/// <param name="Model">The model.</param>
/// <param name="OneStepMae">The mean absolute error one step ahead, in the unit of the series.</param>
/// <param name="OneStepMape">The mean absolute error one step ahead as part of what came: 0.15 is 15 %. Steps in which nothing came are left out; not a number when that is all of them.</param>
/// <param name="HorizonMae">The mean absolute error over all steps up to the horizon.</param>
/// <param name="HorizonMape">The same as part of what came.</param>
public readonly record struct ForecastError(ForecastModel Model, double OneStepMae, double OneStepMape, double HorizonMae, double HorizonMape);
