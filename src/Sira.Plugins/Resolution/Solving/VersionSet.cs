using System.Numerics;

namespace Sira.Plugins.Resolution.Solving;

/// <summary>A set of the states that a package can be in: position 0 stands for "not selected", position n for its n-th version in ascending order. Immutable.</summary>
/// <remarks>
/// All versions are known before a package is reasoned about, so a bit for each does what a list of intervals does in other solvers: exactly, and in one instruction for up to 63 versions.
/// With "not selected" among the states there are no negative sets: "not A ≥ 2" is the set of A's other versions and of not having A at all.
/// Sets of one package have the same width; sets of different packages are never combined.
/// </remarks>
internal readonly struct VersionSet : IEquatable<VersionSet>
{
    private readonly ulong low;
    private readonly ulong[]? high;

    private VersionSet(ulong low, ulong[]? high) => (this.low, this.high) = (low, high);

    public bool IsEmpty => low == 0 && (high is null || !high.AsSpan().ContainsAnyExcept(0UL));

    /// <summary>Whether "not selected" is among the states.</summary>
    public bool AllowsAbsence => (low & 1) != 0;

    public int Count
    {
        get
        {
            var count = BitOperations.PopCount(low);
            foreach (var word in high ?? [])
            {
                count += BitOperations.PopCount(word);
            }

            return count;
        }
    }

    /// <summary>The greatest position; -1 of the empty set.</summary>
    public int Highest
    {
        get
        {
            for (var i = (high?.Length ?? 0) - 1; i >= 0; i--)
            {
                if (high![i] != 0)
                {
                    return (64 * (i + 1)) + BitOperations.Log2(high[i]);
                }
            }

            return low == 0 ? -1 : BitOperations.Log2(low);
        }
    }

    public static VersionSet operator &(VersionSet left, VersionSet right) => left.high is null ? new(left.low & right.low, null) : Combine(left, right, static (a, b) => a & b);

    public static VersionSet operator |(VersionSet left, VersionSet right) => left.high is null ? new(left.low | right.low, null) : Combine(left, right, static (a, b) => a | b);

    /// <summary>The states of the left set that are not in the right one.</summary>
    public static VersionSet operator -(VersionSet left, VersionSet right) => left.high is null ? new(left.low & ~right.low, null) : Combine(left, right, static (a, b) => a & ~b);

    public static bool operator ==(VersionSet left, VersionSet right) => left.Equals(right);

    public static bool operator !=(VersionSet left, VersionSet right) => !left.Equals(right);

    /// <summary>The states at positions <paramref name="first"/> to <paramref name="last"/>, both included, of a package with <paramref name="states"/> states; empty when the last is before the first.</summary>
    public static VersionSet Between(int first, int last, int states)
    {
        var words = (states + 63) / 64;
        var low = Word(first, last, 0);
        if (words == 1)
        {
            return new VersionSet(low, null);
        }

        var high = new ulong[words - 1];
        for (var i = 0; i < high.Length; i++)
        {
            high[i] = Word(first, last, 64 * (i + 1));
        }

        return new VersionSet(low, high);
    }

    public static VersionSet Of(int position, int states) => Between(position, position, states);

    public static VersionSet Of(IEnumerable<int> positions, int states)
    {
        var words = new ulong[(states + 63) / 64];
        foreach (var position in positions)
        {
            words[position / 64] |= 1UL << position;
        }

        return new VersionSet(words[0], words.Length == 1 ? null : words[1..]);
    }

    public bool Contains(int position) => ((position < 64 ? low : high![(position / 64) - 1]) >> position & 1) != 0;

    public bool IsSubsetOf(VersionSet other)
    {
        if ((low & ~other.low) != 0)
        {
            return false;
        }

        for (var i = 0; i < (high?.Length ?? 0); i++)
        {
            if ((high![i] & ~other.high![i]) != 0)
            {
                return false;
            }
        }

        return true;
    }

    public bool Overlaps(VersionSet other)
    {
        if ((low & other.low) != 0)
        {
            return true;
        }

        for (var i = 0; i < (high?.Length ?? 0); i++)
        {
            if ((high![i] & other.high![i]) != 0)
            {
                return true;
            }
        }

        return false;
    }

    public bool Equals(VersionSet other) => low == other.low && high.AsSpan().SequenceEqual(other.high);

    public override bool Equals(object? obj) => obj is VersionSet other && Equals(other);

    public override int GetHashCode()
    {
        var hash = low.GetHashCode();
        foreach (var word in high ?? [])
        {
            hash = HashCode.Combine(hash, word);
        }

        return hash;
    }

    private static VersionSet Combine(VersionSet left, VersionSet right, Func<ulong, ulong, ulong> combine)
    {
        var high = new ulong[left.high!.Length];
        for (var i = 0; i < high.Length; i++)
        {
            high[i] = combine(left.high[i], right.high![i]);
        }

        return new VersionSet(combine(left.low, right.low), high);
    }

    // The part of [first, last] that falls into the 64 positions from start on.
    private static ulong Word(int first, int last, int start)
    {
        var (from, to) = (Math.Max(first - start, 0), Math.Min(last - start, 63));
        return from > to ? 0 : (ulong.MaxValue >> (63 - (to - from))) << from;
    }
}
