using System.Globalization;

namespace Sira.Kernel.Configuration;

/// <summary>Words what is wrong with a number and what to write instead. Bounds that only the type sets are not spoken of.</summary>
internal static class NumberText
{
    public const string DecimalFix = "Write a number of at least 0, with a point for decimals, such as 0.25.";

    private const NumberStyles Whole = NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    public static string WholeProblem(string text, long? minimum, long? maximum)
    {
        // A decimal holds whole numbers far beyond a long: what does not fit the type is a number all the same.
        var problem = !decimal.TryParse(text, Whole, CultureInfo.InvariantCulture, out var value) ? "is not a whole number"
            : value < minimum ? Invariant($"is less than {minimum}")
            : value > maximum ? Invariant($"is more than {maximum}")
            : value < 0 ? "is too small" : "is too large";
        return $"{SecretText.Quote(text)} {problem}.";
    }

    public static string WholeFix(long? minimum, long? maximum) => $"Write a whole number{Bounds(minimum, maximum)}.";

    public static string RealProblem(string text, double minimum, double maximum) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value < minimum ? Invariant($"{SecretText.Quote(text)} is less than {minimum}.") : Invariant($"{SecretText.Quote(text)} is more than {maximum}.")
            : $"{SecretText.Quote(text)} is not a number.";

    public static string RealFix(double minimum, double maximum) =>
        $"Write a number{Bounds<double>(minimum > double.MinValue ? minimum : null, maximum < double.MaxValue ? maximum : null)}, with a point for decimals.";

    public static string DecimalProblem(string text) =>
        !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value) ? $"{SecretText.Quote(text)} is not a number."
        : value < 0 ? $"{SecretText.Quote(text)} is negative."
        : $"{SecretText.Quote(text)} is too large.";

    private static string Bounds<T>(T? minimum, T? maximum)
        where T : struct => (minimum, maximum) switch
        {
            ({ } from, { } to) => Invariant($" from {from} to {to}"),
            ({ } from, null) => Invariant($" of at least {from}"),
            (null, { } to) => Invariant($" of at most {to}"),
            _ => string.Empty,
        };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
