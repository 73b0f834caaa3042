namespace Sira.Kernel.Configuration;

/// <summary>Reads the process environment. The only way Sira does so; replace it to test what is found there.</summary>
public interface IEnvironment
{
    /// <summary>Returns the variable's value, or <see langword="null"/> when it is unset or blank.</summary>
    /// <param name="name">The variable's name.</param>
    /// <returns>The value as it is, or <see langword="null"/>.</returns>
    string? GetVariable(string name);
}
