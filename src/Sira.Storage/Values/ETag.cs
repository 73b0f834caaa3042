using System.Globalization;

namespace Sira.Storage.Values;

/// <summary>Which version of a value it is: a different one after each write of the key, also of the same bytes, and never one that the key had before.</summary>
/// <remarks>Opaque. An engine makes it of a number or of a text, whichever it has.</remarks>
public readonly struct ETag : IEquatable<ETag>
{
    private readonly long number;
    private readonly string? text;

    /// <summary>Initializes a new instance of a number.</summary>
    /// <param name="number">The number; above 0.</param>
    public ETag(long number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        this.number = number;
    }

    /// <summary>Initializes a new instance of a text.</summary>
    /// <param name="text">The text; not empty.</param>
    public ETag(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        this.text = text;
    }

    /// <summary>Gets the tag of what is not there.</summary>
    public static ETag None => default;

    /// <summary>Gets whether it is the tag of nothing.</summary>
    public bool IsNone => number == 0 && text is null;

    /// <summary>Gets the number; 0 for a tag that is made of a text.</summary>
    public long Number => number;

    /// <summary>Compares two tags.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they are the same.</returns>
    public static bool operator ==(ETag left, ETag right) => left.Equals(right);

    /// <summary>Compares two tags.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they differ.</returns>
    public static bool operator !=(ETag left, ETag right) => !left.Equals(right);

    /// <inheritdoc />
    public bool Equals(ETag other) => number == other.number && string.Equals(text, other.text, StringComparison.Ordinal);

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is ETag other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => text is null ? number.GetHashCode() : text.GetHashCode(StringComparison.Ordinal);

    /// <summary>Returns the tag as a text; empty for none.</summary>
    public override string ToString() => text ?? (number == 0 ? string.Empty : number.ToString(CultureInfo.InvariantCulture));
}
