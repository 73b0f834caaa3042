using Sira.Kernel.Configuration;

namespace Sira.Session.Context.Building;

/// <summary>Checks what builders are given.</summary>
internal static class ContextArguments
{
    /// <summary>Returns options that are in range.</summary>
    /// <exception cref="SiraConfigurationException">They are not.</exception>
    public static ContextBuilderOptions Check(ContextBuilderOptions? options)
    {
        options ??= new ContextBuilderOptions();
        var errors = new ConfigurationErrors();
        options.Validate(nameof(ContextBuilderOptions), errors);
        errors.ThrowIfAny();
        return options;
    }
}
