namespace Sira.Plugins.Resolution.Solving;

/// <summary>Why an incompatibility holds: a fact from outside (<see cref="Fact"/>), or a derivation from two others (<see cref="DerivedCause"/>).</summary>
internal abstract class Cause;
