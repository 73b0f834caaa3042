namespace Sira.Errors;

/// <summary>What the gateway does after a failed attempt.</summary>
public enum RetryAction
{
    /// <summary>Try the same target again after a back-off.</summary>
    RetrySame,

    /// <summary>Try the same target with another key; without another key, fall over.</summary>
    RotateKey,

    /// <summary>Try the next target at once.</summary>
    FallOver,

    /// <summary>Give the error to the caller.</summary>
    Surface,
}
