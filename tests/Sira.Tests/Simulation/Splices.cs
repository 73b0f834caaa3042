using Sira.Decisions;
using Sira.Requests;

namespace Sira.Tests.Simulation;

/// <summary>Which texts may be delivered, given what was said.</summary>
internal static class Splices
{
    public static bool Explain(string text, bool isWhole, IReadOnlyList<string> said, RouteDecision? decision)
    {
        if (said.Any(one => isWhole ? one == text : one.StartsWith(text, StringComparison.Ordinal)))
        {
            return true;
        }

        // Only a recovery that the decision declares may join two texts: what one began, the last goes on with.
        return decision?.Attempts.Any(static attempt => attempt.Recovery is StreamRecovery.Continue or StreamRecovery.ResumeVerified) == true
            && Enumerable.Range(1, text.Length - 1).Any(cut => said.Any(one => one.StartsWith(text[..cut], StringComparison.Ordinal))
                && said.Any(one => isWhole ? one.EndsWith(text[cut..], StringComparison.Ordinal) : one.Contains(text[cut..], StringComparison.Ordinal)));
    }
}
