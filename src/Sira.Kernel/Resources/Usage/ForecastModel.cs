namespace Sira.Kernel.Resources.Usage;

/// <summary>How a forecast is made.</summary>
public enum ForecastModel
{
    /// <summary>As the last step was.</summary>
    Naive,

    /// <summary>As the same step of the last season was.</summary>
    SeasonalNaive,

    /// <summary>The exponentially weighted mean of what was.</summary>
    Ewma,

    /// <summary>Level, trend and season by exponential smoothing, added (Holt 1957, Winters 1960).</summary>
    HoltWinters,
}
