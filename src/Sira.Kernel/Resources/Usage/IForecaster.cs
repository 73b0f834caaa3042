namespace Sira.Kernel.Resources.Usage;

/// <summary>A model that learns one step after the other and can be asked at any time.</summary>
internal interface IForecaster
{
    ForecastModel Model { get; }

    /// <summary>Gets how many steps it needs before it can be asked.</summary>
    int Needs { get; }

    void Learn(double value);

    /// <summary>Returns what it expects.</summary>
    /// <param name="ahead">For which step: 1 for the next.</param>
    double Expect(int ahead);
}
