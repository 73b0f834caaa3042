namespace Sira.Kernel.Configuration;

/// <summary>The environment of this process, read anew at each call.</summary>
public sealed class ProcessEnvironment : IEnvironment
{
    /// <summary>Gets the single instance.</summary>
    public static ProcessEnvironment Instance { get; } = new();

    /// <inheritdoc />
    public string? GetVariable(string name)
    {
#pragma warning disable RS0030 // The one place that is allowed to read the environment.
        var value = Environment.GetEnvironmentVariable(name);
#pragma warning restore RS0030
        return string.IsNullOrWhiteSpace(value) ? null : value;
    }
}
