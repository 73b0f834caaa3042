namespace Sira.Tools.Tests;

/// <summary>A function that returns exactly this object.</summary>
internal sealed class ValueFunction(string name, object? value) : DelegateFunction(name, (_, _) => new(value));
