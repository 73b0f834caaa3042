namespace Sira.Kernel.Configuration.Versions;

/// <summary>A check of the host's own, beside those of Sira: a budget that somebody has to approve, a provider that is not allowed. Register any number as services.</summary>
/// <remarks>Judges every change, and the first configuration when the host starts. It must not block: it is given <see cref="ConfigurationHistoryOptions.ValidatorTimeout"/> for what it awaits. One that throws or does not end in time counts as a mistake, since nobody then knows whether the configuration is right.</remarks>
public interface IConfigurationValidator
{
    /// <summary>Gets the name that reports quote.</summary>
    string Name { get; }

    /// <summary>Judges a configuration that Sira itself found no mistakes in.</summary>
    /// <param name="proposal">The configuration, and where mistakes and warnings go.</param>
    /// <param name="cancellationToken">Cancelled when the time is up.</param>
    /// <returns>A task that ends when everything has been said.</returns>
    ValueTask ValidateAsync(ConfigurationProposal proposal, CancellationToken cancellationToken);
}
