using Sira.Requests;

namespace Sira.Gateway.Selection.Rules;

/// <summary>That the estimated input is so many tokens long.</summary>
internal sealed class InputTokensCondition(long minimum, long maximum) : RuleCondition
{
    public override bool Holds(RequestContext request, in RequestProfile profile, string? model) => profile.InputTokens >= minimum && profile.InputTokens <= maximum;

    /// <summary>Parses <c>&gt;8000</c>, <c>&gt;=8000</c>, <c>&lt;8000</c>, <c>&lt;=8000</c>, <c>8000</c> or <c>1000..8000</c>.</summary>
    /// <returns>The condition, or <see langword="null"/> when the text is none.</returns>
    public static InputTokensCondition? Parse(string text)
    {
        var value = text.AsSpan().Trim();
        if (value.IndexOf("..") is > 0 and var dots)
        {
            return TryRead(value[..dots], out var from) && TryRead(value[(dots + 2)..], out var to) && from <= to ? new InputTokensCondition(from, to) : null;
        }

        var isInclusive = value is [_, '=', ..];
        return value.IsEmpty ? null : value[0] switch
        {
            '>' when TryRead(value[(isInclusive ? 2 : 1)..], out var bound) => new InputTokensCondition(isInclusive ? bound : bound + 1, long.MaxValue),
            '<' when TryRead(value[(isInclusive ? 2 : 1)..], out var bound) => new InputTokensCondition(0, isInclusive ? bound : bound - 1),
            _ when TryRead(value, out var exact) => new InputTokensCondition(exact, exact),
            _ => null,
        };
    }

    // As an int, so that one more does not overflow.
    private static bool TryRead(ReadOnlySpan<char> text, out long tokens)
    {
        var isNumber = int.TryParse(text.Trim(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number);
        tokens = number;
        return isNumber;
    }
}
