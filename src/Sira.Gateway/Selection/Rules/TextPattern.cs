namespace Sira.Gateway.Selection.Rules;

/// <summary>The values that meet a condition: exact ones, prefixes ending in an asterisk, or an asterisk alone for any value that is there.</summary>
internal sealed class TextPattern
{
    private readonly (string Text, bool IsPrefix)[] values;
    private readonly StringComparison comparison;

    private TextPattern((string Text, bool IsPrefix)[] values, StringComparison comparison) => (this.values, this.comparison) = (values, comparison);

    /// <summary>Parses a comma-separated list.</summary>
    /// <returns>The pattern, or <see langword="null"/> when the list is empty.</returns>
    public static TextPattern? Parse(string text, StringComparison comparison)
    {
        var values = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return values.Length == 0 ? null : new TextPattern(Array.ConvertAll(values, static value => value[^1] == '*' ? (value[..^1], true) : (value, false)), comparison);
    }

    /// <summary>Whether a value meets the condition. One that is missing or empty meets none.</summary>
    public bool IsMatch(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return false;
        }

        foreach (var (text, isPrefix) in values)
        {
            if (isPrefix ? value.StartsWith(text, comparison) : string.Equals(value, text, comparison))
            {
                return true;
            }
        }

        return false;
    }
}
