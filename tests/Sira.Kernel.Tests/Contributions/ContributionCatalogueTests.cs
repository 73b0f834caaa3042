using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;

namespace Sira.Kernel.Tests.Contributions;

public class ContributionCatalogueTests
{
    private static readonly ServiceProvider Nothing = new ServiceCollection().BuildServiceProvider();

    [Fact]
    public void Get_ReturnsTheHostsFirst_ThenThePluginsInTheirOrder()
    {
        var catalogue = new ContributionCatalogue(With("host"), Plugin("b", "of b"), Plugin("a", "of a"));

        Assert.Equal(["host", "of b", "of a"], catalogue.Current.Get<string>().Select(static contribution => contribution.Value));
        Assert.Same(catalogue.Current.Get<string>(), catalogue.Current.Get<string>());
    }

    [Fact]
    public async Task Commit_ReachesEveryConsumerWithTheSameContributions()
    {
        var catalogue = new ContributionCatalogue(Nothing);
        Consumer[] consumers = [new(), new()];
        Array.ForEach(consumers, catalogue.Join);

        using (var change = catalogue.Prepare(Plugin("a", "of a")))
        {
            Assert.Empty(catalogue.Current.Get<string>());
            await change.CommitAsync();
        }

        Assert.All(consumers, consumer => Assert.Equal(["prepare 2", "commit 2"], consumer.Heard));
        Assert.Equal("of a", Assert.Single(catalogue.Current.Get<string>()).Value);
    }

    [Fact]
    public void Prepare_WithMistakes_ChangesNothing_TellsAllAndAbortsAll()
    {
        var catalogue = new ContributionCatalogue(Nothing);
        Consumer[] consumers = [new(), new() { Mistake = "first" }, new() { Mistake = "second" }];
        Array.ForEach(consumers, catalogue.Join);

        var exception = Assert.Throws<SiraConfigurationException>(() => catalogue.Prepare(Plugin("a", "of a")));

        Assert.Equal(["first.", "second."], exception.Errors.Select(static error => error.Problem));
        Assert.All(consumers, consumer => Assert.Equal(["prepare 2", "abort"], consumer.Heard));
        Assert.Equal(1, catalogue.Current.Version);
    }

    [Fact]
    public void Dispose_WithoutCommit_AbortsAll()
    {
        var catalogue = new ContributionCatalogue(Nothing);
        var consumer = new Consumer();
        catalogue.Join(consumer);

        catalogue.Prepare(Plugin("a", "of a")).Dispose();

        Assert.Equal(["prepare 2", "abort"], consumer.Heard);
        Assert.Equal(1, catalogue.Current.Version);
    }

    [Fact]
    public async Task Commit_OfTheSecondOfTwoChangesOfOneState_IsRefused()
    {
        var catalogue = new ContributionCatalogue(Nothing);
        var consumer = new Consumer();
        catalogue.Join(consumer);
        using var first = catalogue.Prepare(Plugin("a", "of a"));
        using var second = catalogue.Prepare(Plugin("b", "of b"));
        await first.CommitAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(second.CommitAsync);

        Assert.Equal("of a", Assert.Single(catalogue.Current.Get<string>()).Value);
        Assert.Equal(["prepare 2", "prepare 2", "commit 2", "abort"], consumer.Heard);
    }

    [Fact]
    public async Task Commit_AlsoReachesWhoJoinedAfterThePreparation()
    {
        var catalogue = new ContributionCatalogue(Nothing);
        using var change = catalogue.Prepare(Plugin("a", "of a"));
        var late = new Consumer();
        catalogue.Join(late);

        await change.CommitAsync();

        Assert.Equal(["commit 2"], late.Heard);
    }

    [Fact]
    public async Task Commit_ThatAConsumerCannotDo_BringsAllBackToWhatWas()
    {
        var catalogue = new ContributionCatalogue(Nothing);
        Consumer[] consumers = [new(), new() { FailsToCommit = true }, new()];
        Array.ForEach(consumers, catalogue.Join);
        using var change = catalogue.Prepare(Plugin("a", "of a"));

        await Assert.ThrowsAsync<InvalidOperationException>(change.CommitAsync);

        Assert.Equal(1, catalogue.Current.Version);
        Assert.Equal(["prepare 2", "commit 2", "commit 1", "abort"], consumers[0].Heard);
        Assert.Equal(["prepare 2", "commit 1", "abort"], consumers[2].Heard);
    }

    [Fact]
    public async Task Leave_EndsTheFollowing()
    {
        var catalogue = new ContributionCatalogue(Nothing);
        var consumer = new Consumer();
        catalogue.Join(consumer);
        catalogue.Leave(consumer);

        await catalogue.Prepare(Plugin("a", "of a")).CommitAsync();

        Assert.Empty(consumer.Heard);
    }

    private static ServiceProvider With(string value) => new ServiceCollection().AddSingleton(value).BuildServiceProvider();

    private static Contributor Plugin(string id, string value) => new(id, With(value));

    private sealed class Consumer : IContributionConsumer
    {
        public List<string> Heard { get; } = [];

        public string? Mistake { get; init; }

        public bool FailsToCommit { get; init; }

        public void Prepare(ContributionSnapshot next, ConfigurationErrors errors)
        {
            Heard.Add($"prepare {next.Version}");
            if (Mistake is not null)
            {
                errors.Add("here", Mistake, "Mend it.");
            }
        }

        public Task CommitAsync(ContributionSnapshot current)
        {
            Heard.Add($"commit {current.Version}");
            return FailsToCommit && current.Version > 1 ? Task.FromException(new InvalidOperationException("no")) : Task.CompletedTask;
        }

        public void Abort() => Heard.Add("abort");

        public Task QuiesceAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
