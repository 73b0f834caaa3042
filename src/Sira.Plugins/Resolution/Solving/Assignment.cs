namespace Sira.Plugins.Resolution.Solving;

/// <summary>A step of the partial solution: a decision, or what follows from earlier steps.</summary>
/// <param name="Package">The package that it is about.</param>
/// <param name="Accumulated">The states that this and all earlier assignments of the package leave.</param>
/// <param name="Level">How many decisions had been taken, this one included.</param>
/// <param name="Cause">From what it follows; <see langword="null"/> of a decision.</param>
/// <param name="Previous">The index of the package's previous assignment; -1 when there is none.</param>
internal readonly record struct Assignment(Package Package, VersionSet Accumulated, int Level, Incompatibility? Cause, int Previous);
