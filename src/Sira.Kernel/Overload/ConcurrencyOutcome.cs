namespace Sira.Kernel.Overload;

/// <summary>What a finished call says about how many more the callee could take.</summary>
public enum ConcurrencyOutcome
{
    /// <summary>It was served.</summary>
    Success,

    /// <summary>The callee said that it has too much to do, or showed it: a rate limit, an overload, a timeout.</summary>
    Overloaded,

    /// <summary>It says nothing about the load: the caller cancelled, or sent a bad request.</summary>
    Neutral,
}
