namespace Sira.Session.Context;

/// <summary>How many tokens may be sent: what the context window of a model leaves.</summary>
/// <param name="Window">The model's context window.</param>
/// <param name="ReservedOutput">What is kept free for the answer.</param>
/// <param name="Safety">What is kept free because tokens are estimated.</param>
public readonly record struct ContextBudget(long Window, long ReservedOutput = 0, long Safety = 0)
{
    /// <summary>Gets what may be sent; never below 0.</summary>
    public long Tokens => Math.Max(0, Window - ReservedOutput - Safety);
}
