namespace Sira.Storage.Keys;

/// <summary>The order of names: that of their bytes in UTF-8, which is that of their code points.</summary>
public sealed class NameOrder : IComparer<string>
{
    private NameOrder()
    {
    }

    /// <summary>Gets the order.</summary>
    public static NameOrder Instance { get; } = new();

    /// <inheritdoc />
    public int Compare(string? x, string? y)
    {
        var left = x.AsSpan();
        var right = y.AsSpan();
        var common = left.CommonPrefixLength(right);
        return common == left.Length || common == right.Length
            ? left.Length.CompareTo(right.Length)
            : Rank(left[common]).CompareTo(Rank(right[common]));
    }

    // UTF-16 has the halves of the highest code points below U+E000 to U+FFFF.
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
