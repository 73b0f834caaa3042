using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution;

/// <summary>Why there is no consistent set: one independent reason.</summary>
public sealed class ResolutionFailure
{
    internal ResolutionFailure(Incompatibility proof, string explanation, IReadOnlyList<string> fixes) => (Proof, Explanation, Fixes) = (proof, explanation, fixes);

    /// <summary>Gets the derivation, a sentence a line; a line that a later one refers to ends with its number.</summary>
    public string Explanation { get; }

    /// <summary>Gets what could be changed, where that is obvious.</summary>
    public IReadOnlyList<string> Fixes { get; }

    // What the explanation words: the incompatibility without terms.
    internal Incompatibility Proof { get; }

    /// <inheritdoc />
    public override string ToString() => string.Join('\n', [Explanation, .. Fixes]);
}
