using Microsoft.Extensions.Options;
using Sira.Kernel.Configuration;

namespace Sira.Plugins.LeakDoctor.Examining;

/// <summary>Checks the options of the leak doctor.</summary>
internal sealed class LeakDoctorOptionsValidator : IValidateOptions<LeakDoctorOptions>
{
    public ValidateOptionsResult Validate(string? name, LeakDoctorOptions options)
    {
        var errors = new ConfigurationErrors();
        options.Validate(nameof(LeakDoctorOptions), errors);
        return errors.Items.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors.Items.Select(static error => error.ToString()));
    }
}
