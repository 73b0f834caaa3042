using Sira.Kernel.Configuration;

namespace Sira.Docs.Tests.Configuration;

/// <summary>An environment in which every provider has a key and an address.</summary>
internal sealed class EveryVariableSet : IEnvironment
{
    public string? GetVariable(string name) =>
        name.EndsWith("_API_KEY", StringComparison.Ordinal) ? "key"
        : name.EndsWith("_ENDPOINT", StringComparison.Ordinal) || name.EndsWith("_HOST", StringComparison.Ordinal) ? "https://provider.example"
        : null;
}
