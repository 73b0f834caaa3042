namespace Sira.Kernel.Balancing;

/// <summary>What the shares of candidates are made of.</summary>
internal enum ShareBasis
{
    /// <summary>Weight times health: the rule.</summary>
    Health,

    /// <summary>Weight alone: when no candidate is healthy and the caller tries one all the same.</summary>
    Weight,

    /// <summary>All alike: when every weight is zero as well.</summary>
    Equal,
}
