using Sira.Kernel.Configuration;

namespace Sira.Storage.Transfer;

/// <summary>How an export is imported.</summary>
public sealed record ImportOptions
{
    /// <summary>Gets what is done where there is something already.</summary>
    /// <value>Default <see cref="ExistingContent.Fail"/>.</value>
    public ExistingContent Existing { get; init; } = ExistingContent.Fail;

    /// <summary>Gets whether everything that was written is read back and compared.</summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool Verify { get; init; } = true;

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (!Enum.IsDefined(Existing))
        {
            errors.Add($"{path}:{nameof(Existing)}", $"'{Existing}' is unknown.", $"Use one of {string.Join(", ", Enum.GetNames<ExistingContent>())}.");
        }
    }
}
