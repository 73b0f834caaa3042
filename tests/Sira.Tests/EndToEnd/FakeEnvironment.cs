using Sira.Kernel.Configuration;

namespace Sira.Tests.EndToEnd;

/// <summary>An environment that holds what a test says and nothing of the machine's.</summary>
internal sealed class FakeEnvironment(params (string Name, string Value)[] variables) : IEnvironment
{
    public string? GetVariable(string name)
    {
        foreach (var variable in variables)
        {
            if (variable.Name == name)
            {
                return variable.Value;
            }
        }

        return null;
    }
}
