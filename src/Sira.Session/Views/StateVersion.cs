using System.Collections.Immutable;

namespace Sira.Session.Views;

/// <summary>The state of a session as it was from a version on.</summary>
/// <param name="Version">The version.</param>
/// <param name="Values">The values, as JSON.</param>
/// <param name="Bytes">How large keys and values are.</param>
internal sealed record StateVersion(long Version, ImmutableDictionary<string, ReadOnlyMemory<byte>> Values, int Bytes)
{
    public static StateVersion Empty { get; } = new(0, ImmutableDictionary.Create<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal), 0);

    /// <summary>Returns the state with a value set or removed.</summary>
    public StateVersion With(long version, string key, ReadOnlyMemory<byte>? value)
    {
        var before = Values.TryGetValue(key, out var old) ? SizeOf(key, old) : 0;
        return value is { } set
            ? new StateVersion(version, Values.SetItem(key, set), Bytes - before + SizeOf(key, set))
            : new StateVersion(version, Values.Remove(key), Bytes - before);
    }

    private static int SizeOf(string key, ReadOnlyMemory<byte> value) => System.Text.Encoding.UTF8.GetByteCount(key) + value.Length;
}
