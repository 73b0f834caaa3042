namespace Sira.Plugins.Resolution.Solving;

/// <summary>A cause from outside: what a manifest says, what the host asks for. A leaf of every explanation.</summary>
internal abstract class Fact : Cause
{
    /// <summary>The fact as a clause, without a full stop: <c>Acme.Search ≥ 2.0.0 depends on Acme.Index ≥ 3.0.0</c>.</summary>
    public abstract string Describe();

    /// <summary>What could be changed about it, as sentences; <see langword="null"/> when nothing is obvious.</summary>
    public virtual string? SuggestFix() => null;
}
