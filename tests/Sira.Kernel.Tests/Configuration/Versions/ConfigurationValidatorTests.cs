using Sira.Kernel.Configuration;
using Sira.Kernel.Configuration.Versions;
using Sira.Simulation.Time;
using static Sira.Kernel.Tests.Configuration.Versions.ConfigurationFixture;

namespace Sira.Kernel.Tests.Configuration.Versions;

public class ConfigurationValidatorTests
{
    [Fact]
    public async Task Validators_AreAllAsked_AndTheirMistakesAndWarningsAreTold()
    {
        using var fixture = new ConfigurationFixture([
            new Validator("money", (proposal, _) => Refuse(proposal, "A")),
            new Validator("audit", (proposal, _) => Refuse(proposal, "B"))]);

        var report = await fixture.Configuration.ValidateAsync(Changes(("A", "1"), ("B", "2")));

        Assert.Equal(["Sira:A", "Sira:B"], report.Errors.Select(error => error.Path));
        Assert.Equal(2, report.Warnings.Count);
        await Assert.ThrowsAsync<SiraConfigurationException>(() => fixture.ApplyAsync(("A", "1")));
        Assert.Empty(fixture.Consumer.InForce);
        Assert.Equal(1, fixture.Consumer.Version);
    }

    [Fact]
    public async Task ValidatorThatThrows_IsAMistake_AndTheOthersAreAsked()
    {
        using var fixture = new ConfigurationFixture([new Validator("broken", (_, _) => throw new InvalidOperationException("no database")), new Validator("audit", (proposal, _) => Refuse(proposal, "A"))]);

        var report = await fixture.Configuration.ValidateAsync(Changes(("A", "1")));

        Assert.Equal(2, report.Errors.Count);
        Assert.Contains("the validator 'broken' threw: InvalidOperationException: no database.", report.Errors[0].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ValidatorThatHangs_IsLeftBehind_AndTheRunningConfigurationStays()
    {
        var stopped = false;
        var release = new TaskCompletionSource();
        using var fixture = new ConfigurationFixture([new Validator("slow", async (proposal, token) =>
        {
            token.Register(() => stopped = true);
            await release.Task;
            proposal.Errors.Add("Sira:A", "too late.", "Nothing.");
        })]);

        var applied = fixture.Clock.RunAsync(() => fixture.ApplyAsync(("A", "1")));
        var exception = await Assert.ThrowsAsync<SiraConfigurationException>(() => applied);

        Assert.Contains("the validator 'slow' did not end within 10 s.", exception.Message, StringComparison.Ordinal);
        Assert.True(stopped);
        Assert.Empty(fixture.Consumer.InForce);
        release.SetResult();
        Assert.Single(exception.Errors);
        Assert.Single(fixture.Configuration.Versions[^1].Report.Errors);
    }

    [Fact]
    public async Task ChangesThatCome_WhileOneIsValidated_WaitForIt_AndMayBeCancelled()
    {
        var gates = new Queue<TaskCompletionSource>();
        using var fixture = new ConfigurationFixture([new Validator("slow", async (_, token) =>
        {
            var gate = new TaskCompletionSource();
            gates.Enqueue(gate);
            await gate.Task.WaitAsync(token);
        })]);
        using var cancelled = new CancellationTokenSource();

        var first = fixture.ApplyAsync(("A", "1"));
        var second = fixture.Configuration.ApplyAsync(Changes(("B", "1")), "ann", "a test", cancelled.Token);
        var third = fixture.ApplyAsync(("A", "3"));
        fixture.Edit(("H", "1"));
        fixture.Edit(("H", "2"));
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Single(gates);
        Assert.Equal(1, fixture.Consumer.Version);

        gates.Dequeue().SetResult();
        await first;
        gates.Dequeue().SetResult();
        await third;
        gates.Dequeue().SetResult();

        Assert.Empty(gates);
        Assert.Equal(new() { ["A"] = "3", ["H"] = "2" }, fixture.Consumer.InForce);
        Assert.Equal([1, 2, 3, 4], fixture.Configuration.Versions.Select(version => version.Number));
    }

    [Fact]
    public async Task Check_JudgesTheFirstConfiguration()
    {
        using var fixture = new ConfigurationFixture([new Validator("money", (proposal, _) => Refuse(proposal, "A"))], settings: ("A", "1"));
        await Assert.ThrowsAsync<SiraConfigurationException>(() => fixture.Configuration.CheckAsync());
    }

    private static ValueTask Refuse(ConfigurationProposal proposal, string key)
    {
        if (proposal.Section?[key] is not null)
        {
            proposal.Errors.Add($"{proposal.Path}:{key}", "is not allowed.", "Take it out.");
            proposal.Warn(proposal.Path, "somebody should look.", "Look.");
        }

        return ValueTask.CompletedTask;
    }

    private sealed class Validator(string name, Func<ConfigurationProposal, CancellationToken, ValueTask> judge) : IConfigurationValidator
    {
        public string Name => name;

        public ValueTask ValidateAsync(ConfigurationProposal proposal, CancellationToken cancellationToken) => judge(proposal, cancellationToken);
    }
}
