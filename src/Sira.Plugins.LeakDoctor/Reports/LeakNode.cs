namespace Sira.Plugins.LeakDoctor.Reports;

/// <summary>One object on a path.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Assembly">The assembly of the type.</param>
/// <param name="Belongs">Whose the type is: <c>runtime</c>, <c>host</c>, or a plugin by name.</param>
/// <param name="Field">The field of this object that holds the next one; <see langword="null"/> in arrays and at the end.</param>
/// <param name="Detail">More about it: the method of a delegate, the type that a type object stands for.</param>
public sealed record LeakNode(string Type, string Assembly, string Belongs, string? Field, string? Detail);
