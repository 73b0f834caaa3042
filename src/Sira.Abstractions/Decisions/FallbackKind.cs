namespace Sira.Decisions;

/// <summary>What a target of a route is kept for. The order of the members is that in which they are tried.</summary>
public enum FallbackKind
{
    /// <summary>It is one of the route's own targets, no fallback.</summary>
    None,

    /// <summary>It is tried when none of the route's own targets can answer.</summary>
    General,

    /// <summary>It is tried only when the input is too long for another target.</summary>
    ContextWindow,

    /// <summary>It is tried only after another target's content policy refused the request.</summary>
    ContentPolicy,

    /// <summary>It is a fallback of all routes, tried after those of the route itself.</summary>
    Default,

    /// <summary>It is a lesser model, tried last of all; its answer is marked as <see cref="DegradedMode.SmallerModel"/>.</summary>
    Degraded,
}
