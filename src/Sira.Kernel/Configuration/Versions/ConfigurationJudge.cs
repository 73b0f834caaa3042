using Sira.Kernel.Configuration.Settings;
using Sira.Kernel.Errors;
using Sira.Kernel.Time;

namespace Sira.Kernel.Configuration.Versions;

/// <summary>Finds what is wrong with a proposed configuration: builds it without effect, then asks the host's validators.</summary>
internal sealed class ConfigurationJudge(SiraConfigurationSection section, IEnumerable<IConfigurationValidator> validators, TimeSpan timeout, TimeProvider time)
{
    private readonly IConfigurationValidator[] validators = [.. validators];

    public async Task<ConfigurationReport> JudgeAsync(ConfigurationSettings settings, IConfigurationConsumer? consumer, CancellationToken cancellationToken)
    {
        var view = settings.ToSection(section.Path, section.Host);
        if (consumer is not null && Try(view, consumer.Validate) is { } mistakes)
        {
            return new ConfigurationReport(mistakes, []);
        }

        if (validators.Length == 0)
        {
            return ConfigurationReport.Clean;
        }

        var (errors, warnings) = (new List<ConfigurationError>(), new List<ConfigurationError>());
        foreach (var validator in validators)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var proposal = new ConfigurationProposal(view, section.Path);
            if (await AskAsync(validator, proposal, cancellationToken).ConfigureAwait(false) is { } failure)
            {
                errors.Add(failure);
                continue;
            }

            errors.AddRange(proposal.Errors.Items);
            warnings.AddRange(proposal.Warnings);
        }

        return new ConfigurationReport(errors, warnings);
    }

    /// <summary>Builds something from settings.</summary>
    /// <returns>The mistakes, or <see langword="null"/> when there are none.</returns>
    public IReadOnlyList<ConfigurationError>? Try(Microsoft.Extensions.Configuration.IConfigurationSection? view, Action build)
    {
        try
        {
            using (section.Read(view))
            {
                build();
            }

            return null;
        }
        catch (SiraConfigurationException exception)
        {
            return exception.Errors;
        }
#pragma warning disable CA1031 // Whatever a host's parts throw, the running configuration stays in force and the report says why.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return [new ConfigurationError(section.Path, $"building from it failed: {Describe(exception)}", "Correct the settings that it speaks of, or what throws it.")];
        }
    }

    private async Task<ConfigurationError?> AskAsync(IConfigurationValidator validator, ConfigurationProposal proposal, CancellationToken cancellationToken)
    {
        // Not disposed of where a validator is left behind: it may still look at its token.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var task = validator.ValidateAsync(proposal, stop.Token).AsTask();
            if (!await InlineDelay.EndsWithinAsync(task, timeout, time).WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                stop.Cancel();
                return new ConfigurationError(section.Path, $"the validator '{validator.Name}' did not end within {timeout.TotalSeconds:0.###} s.", $"Make it faster, or raise {nameof(ConfigurationHistoryOptions)}.{nameof(ConfigurationHistoryOptions.ValidatorTimeout)}.");
            }

            await task.ConfigureAwait(false);
            stop.Dispose();
            return null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // See above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new ConfigurationError(section.Path, $"the validator '{validator.Name}' threw: {Describe(exception)}", "Correct what it speaks of, or the validator.");
        }
    }

    private static string Describe(Exception exception) => Sentence.End($"{exception.GetType().Name}: {SecretText.Mask(exception.Message)}");
}
