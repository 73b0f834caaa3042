namespace Sira.Gateway.Ledger;

/// <summary>What the attempts of one cell have in common. Hashed once.</summary>
internal readonly struct LedgerKey : IEquatable<LedgerKey>
{
    /// <summary>What stands for many values that are not told apart any more.</summary>
    public const string Other = "(other)";

    // Names come from callers; what is kept of them has to be bounded.
    private const int LongestName = 256;

    private readonly int hash;

    public LedgerKey(string? tenant, string? team, string? user, string? key, string? route, string? target, string? model, string? variant)
    {
        (Tenant, Team, User, Key) = (Bounded(tenant), Bounded(team), Bounded(user), Bounded(key));
        (Route, Target, Model, Variant) = (Bounded(route), Bounded(target), Bounded(model), Bounded(variant));

        // The model follows from the target, so it need not be hashed as well.
        hash = HashCode.Combine(Tenant, Team, User, Key, Route, Target ?? Model, Variant);
    }

    /// <summary>The key of what is told apart by nothing but its day.</summary>
    public static LedgerKey Rest { get; } = new(Other, Other, Other, Other, Other, Other, Other, Other);

    public string? Tenant { get; }

    public string? Team { get; }

    public string? User { get; }

    public string? Key { get; }

    public string? Route { get; }

    public string? Target { get; }

    public string? Model { get; }

    public string? Variant { get; }

    /// <summary>Gives up which team, user and key it was. Where there was none there is still none: that costs no room, and is true.</summary>
    public LedgerKey WithoutCaller() => new(Tenant, Folded(Team), Folded(User), Folded(Key), Route, Target, Model, Variant);

    /// <summary>Keeps only the dimensions that rows are grouped by.</summary>
    public LedgerKey Only(LedgerDimensions dimensions)
    {
        return new LedgerKey(
            Kept(LedgerDimensions.Tenant, Tenant),
            Kept(LedgerDimensions.Team, Team),
            Kept(LedgerDimensions.User, User),
            Kept(LedgerDimensions.Key, Key),
            Kept(LedgerDimensions.Route, Route),
            Kept(LedgerDimensions.Target, Target),
            Kept(LedgerDimensions.Model, Model),
            Kept(LedgerDimensions.Variant, Variant));

        string? Kept(LedgerDimensions dimension, string? value) => (dimensions & dimension) != 0 ? value : null;
    }

    public bool Equals(LedgerKey other) => hash == other.hash
        && Tenant == other.Tenant && Team == other.Team && User == other.User && Key == other.Key
        && Route == other.Route && Target == other.Target && Model == other.Model && Variant == other.Variant;

    public override bool Equals(object? obj) => obj is LedgerKey other && Equals(other);

    public override int GetHashCode() => hash;

    private static string? Bounded(string? name) => string.IsNullOrEmpty(name) ? null : name.Length > LongestName ? Other : name;

    private static string? Folded(string? name) => name is null ? null : Other;
}
