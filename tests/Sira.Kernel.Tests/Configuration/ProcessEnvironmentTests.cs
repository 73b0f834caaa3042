using Sira.Kernel.Configuration;

namespace Sira.Kernel.Tests.Configuration;

public sealed class ProcessEnvironmentTests
{
    [Theory]
    [InlineData("value", "value")]
    [InlineData(" value ", " value ")]
    [InlineData("  ", null)]
    [InlineData(null, null)]
    public void GetVariable_SetBlankOrUnset_IsReadAnew(string? text, string? expected)
    {
        const string Name = "SIRA_KERNEL_TESTS_PROCESS_ENVIRONMENT";
        try
        {
            Environment.SetEnvironmentVariable(Name, text);
            Assert.Equal(expected, ProcessEnvironment.Instance.GetVariable(Name));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Name, null);
        }
    }
}
