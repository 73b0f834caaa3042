namespace Sira.Kernel.Health;

/// <summary>What a finished call says about the endpoint's health.</summary>
public enum CircuitOutcome
{
    /// <summary>The endpoint served the call.</summary>
    Success,

    /// <summary>The endpoint failed the call.</summary>
    Failure,

    /// <summary>The call says nothing about the endpoint: the caller cancelled, or sent a bad request.</summary>
    Neutral,
}
