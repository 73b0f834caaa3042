namespace Sira.Models;

/// <summary>How much a call may hold, whichever target it ends up at.</summary>
/// <param name="Tokens">The smallest context window among the targets, in tokens; <see langword="null"/> where none is known.</param>
/// <param name="InputTokens">How much the input may have where the call does not limit its answer: the least that the longest answer of a target, 4,000 tokens where that is not known, leaves of its window, and half of the window where it would leave less. <see langword="null"/> as well where no window is known.</param>
/// <param name="IsComplete">Whether the window of every target is known. Otherwise there is one that may hold less.</param>
public readonly record struct ContextWindow(long? Tokens, long? InputTokens, bool IsComplete)
{
    /// <summary>Returns what fits into both.</summary>
    /// <param name="other">The other one.</param>
    public ContextWindow And(ContextWindow other) => new(Smaller(Tokens, other.Tokens), Smaller(InputTokens, other.InputTokens), IsComplete && other.IsComplete);

    private static long? Smaller(long? one, long? other) => one is null || other < one ? other ?? one : one;
}
