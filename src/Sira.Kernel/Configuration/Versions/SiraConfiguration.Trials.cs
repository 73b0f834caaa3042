using Sira.Kernel.Configuration.Rollout;

namespace Sira.Kernel.Configuration.Versions;

/// <content>The version that a rollout sends a share of the traffic.</content>
public sealed partial class SiraConfiguration
{
    // Changes inside the queue only.
    private volatile Trial? trial;

    /// <summary>Raised when another version came into force than the one that is rolled out: with its number.</summary>
    internal event Action<long>? TrialSuperseded;

    internal async Task<ConfigurationVersion> BeginTrialAsync(IReadOnlyList<KeyValuePair<string, string?>> list, Func<long, RolloutTraffic> traffic, string actor, string reason, CancellationToken cancellationToken)
    {
        ChangeArguments.CheckNote(actor, nameof(actor));
        ChangeArguments.CheckNote(reason, nameof(reason));
        await changes.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (trial is { } running)
            {
                throw new InvalidOperationException($"Configuration {running.Number} is being rolled out already. Wait for its end, or abort it first.");
            }

            var next = InForce().With(list);
            var version = Draft(ConfigurationSource.Rollout, actor, reason);
            var report = await judge.JudgeAsync(next.Settings, consumer, cancellationToken).ConfigureAwait(false);
            var own = traffic(version.Number);
            report = Build(next, report, () => consumer!.BeginTrial(own));
            if (!report.IsValid)
            {
                throw Reject(version, next, report);
            }

            version = version with { State = ConfigurationVersionState.RollingOut, Report = report };
            History.Add(new HistoryEntry(version, next));
            trial = new Trial(version.Number, next);
            return version;
        }
        finally
        {
            Discard();
            changes.Exit();
        }
    }

    /// <summary>Puts the version that is rolled out in force.</summary>
    /// <returns>Whether it was still being rolled out.</returns>
    /// <exception cref="SiraConfigurationException">It is not valid any more; it was withdrawn.</exception>
    internal async Task<bool> PromoteTrialAsync(long number)
    {
        await changes.EnterAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (trial is not { } running || running.Number != number)
            {
                return false;
            }

            var entry = History.Find(number);
            trial = null;
            var report = await judge.JudgeAsync(running.State.Settings, consumer, CancellationToken.None).ConfigureAwait(false);
            report = Build(running.State, report, () => consumer!.Apply(number));
            if (!report.IsValid)
            {
                consumer!.EndTrial();
                History.Mark(number, ConfigurationVersionState.Withdrawn);
                throw new SiraConfigurationException(report.Errors);
            }

            Enter(entry.Version with { State = ConfigurationVersionState.InForce, CanRollBack = true }, running.State, View(running.State), isListed: true);
        }
        catch
        {
            Discard();
            throw;
        }
        finally
        {
            changes.Exit();
        }

        Tell();
        return true;
    }

    /// <summary>Withdraws the version that is rolled out.</summary>
    /// <returns>Whether it was still being rolled out.</returns>
    internal async Task<bool> WithdrawTrialAsync(long number)
    {
        await changes.EnterAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (trial is not { } running || running.Number != number)
            {
                return false;
            }

            trial = null;
            consumer!.EndTrial();
            History.Mark(number, ConfigurationVersionState.Withdrawn);
            return true;
        }
        finally
        {
            changes.Exit();
        }
    }

    private void SupersedeTrial(long by)
    {
        if (trial is { } running)
        {
            trial = null;
            History.Mark(running.Number, ConfigurationVersionState.Withdrawn);
            TrialSuperseded?.Invoke(by);
        }
    }

    private sealed record Trial(long Number, ConfigurationState State);
}
