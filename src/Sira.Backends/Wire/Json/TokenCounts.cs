using System.Text.Json;

namespace Sira.Backends.Wire.Json;

/// <summary>Reads counts of tokens: what is negative or beyond all measure was not counted, and would spoil sums, budgets and bills.</summary>
internal static class TokenCounts
{
    // More tokens than any model reads in a lifetime, and few enough that sums of several cannot overflow.
    private const long Implausible = 1L << 50;

    public static long? GetCountOrNull(this JsonElement element, string name) => element.TryGet(name, out var value) ? value.ToCountOrNull() : null;

    public static long? ToCountOrNull(this JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && (value.TryGetInt64(out var count) || TryWhole(value, out count)) && count is >= 0 and < Implausible ? count : null;

    // Some write 12.0.
    private static bool TryWhole(JsonElement value, out long count)
    {
        var number = value.GetDouble();
        count = number is >= 0 and < Implausible ? (long)number : -1;
        return count == number;
    }
}
