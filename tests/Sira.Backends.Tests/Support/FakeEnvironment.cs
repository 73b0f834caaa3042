using Sira.Kernel.Configuration;

namespace Sira.Backends.Tests.Support;

internal sealed class FakeEnvironment(params (string Name, string Value)[] variables) : IEnvironment
{
    public string? GetVariable(string name) => variables.FirstOrDefault(variable => variable.Name == name).Value;
}
