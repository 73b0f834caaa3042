using Sira.Decisions;
using Sira.Requests;

namespace Sira.Tests.Simulation;

/// <summary>Which texts may be delivered, given what was said.</summary>
internal static class Splices
{
    private const int Ending = 3;

    public static bool Explain(string text, bool isWhole, IReadOnlyList<string> said, RouteDecision? decision)
    {
        if (said.Any(one => isWhole ? one == text : one.StartsWith(text, StringComparison.Ordinal)))
        {
            return true;
        }

        // Only recoveries that the decision declares may join texts: what one began, the next goes on with. Who left before the end has no decision.
        var joins = decision?.Attempts.Count(static attempt => attempt.Recovery is StreamRecovery.Continue or StreamRecovery.ResumeVerified) ?? said.Count - 1;
        return joins > 0
            && Pieces(text, said, joins) <= joins + 1
            && (!isWhole || said.Any(one => text.EndsWith(one.Length > Ending ? one[^Ending..] : one, StringComparison.Ordinal)));
    }

    // The longest piece each time: the fewest pieces.
    private static int Pieces(string text, IReadOnlyList<string> said, int joins)
    {
        var (pieces, at) = (0, 0);
        while (at < text.Length && pieces <= joins + 1)
        {
            var length = 0;
            while (at + length < text.Length && said.Any(one => pieces == 0
                ? one.AsSpan().StartsWith(text.AsSpan(at, length + 1), StringComparison.Ordinal)
                : one.AsSpan().Contains(text.AsSpan(at, length + 1), StringComparison.Ordinal)))
            {
                length++;
            }

            if (length == 0)
            {
                return int.MaxValue;
            }

            (pieces, at) = (pieces + 1, at + length);
        }

        return pieces;
    }
}
