using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Kernel.Discovery.Sources;
using Sira.Kernel.Errors;
using Sira.Kernel.Plugins;

namespace Sira.Kernel.Discovery.Contributed;

/// <summary>Follows the endpoints that the host and its plugins declare, from the start of the host on and as long as the contributor is in force. Where a plugin is replaced, its endpoints stay until the new version has given its first list.</summary>
internal sealed class EndpointContributionHost(ContributionCatalogue catalogue, EndpointDiscovery discovery, ILogger<EndpointContributionHost>? logger = null) : IContributionConsumer, IHostedLifecycleService, IDisposable
{
    // Behind everything that the host's configuration lists.
    private const int Precedence = 1000;

    private readonly ILogger logger = logger ?? NullLogger<EndpointContributionHost>.Instance;
    private readonly Lock gate = new();
    private List<FollowedContribution> followed = [];
    private Task ending = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        catalogue.Join(this);
        Apply(null, isStart: true);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Prepare(ContributionSnapshot next, ConfigurationErrors errors)
    {
        foreach (var contribution in next.Get<EndpointContribution>())
        {
            if (Refuse(contribution) is { } problem)
            {
                errors.Add($"{contribution.Contributor.Id}: AddEndpoints", problem, "Permit it, or do not declare the endpoints.");
            }
        }
    }

    public Task CommitAsync(ContributionSnapshot current)
    {
        Apply(current, isStart: false);
        return Task.CompletedTask;
    }

    public void Abort()
    {
    }

    public Task QuiesceAsync(CancellationToken cancellationToken) => Volatile.Read(ref ending).WaitAsync(cancellationToken);

    // The sources themselves end with the discovery.
    public void Dispose() => catalogue.Leave(this);

    // A plugin's own view of the registry knows what it is permitted.
    private static string? Refuse(Contribution<EndpointContribution> contribution)
    {
        if (contribution.Contributor.IsHost || contribution.Value is not { } declared)
        {
            return null;
        }

        try
        {
            (contribution.Contributor.Services?.GetService(typeof(IPluginEndpoints)) as IPluginEndpoints)?.GetSnapshot(declared.Service);
            return null;
        }
        catch (SiraException exception)
        {
            return exception.Message;
        }
    }

    private void Apply(ContributionSnapshot? snapshot, bool isStart)
    {
        lock (gate)
        {
            var leaving = followed;
            followed = [];
            var ends = new List<Task> { ending };
            foreach (var contribution in (snapshot ?? catalogue.Current).Get<EndpointContribution>())
            {
                if (contribution.Value is not { } declared)
                {
                    continue;
                }

                if (isStart && Refuse(contribution) is { } problem)
                {
                    DiscoveryLog.NotPermitted(logger, declared.Service, problem);
                    continue;
                }

                var name = NameOf(contribution.Contributor, declared.Service);
                var same = leaving.Find(known => known.IsFor(name, declared.Service));
                if (same is not null)
                {
                    leaving.Remove(same);
                    if (same.Follows(declared))
                    {
                        followed.Add(same);
                        continue;
                    }

                    ends.Add(same.Source.StopAsync(withdraw: false).AsTask());
                }

                followed.Add(new FollowedContribution(name, declared.Service, contribution, discovery.Follow(declared.Service, new ContributedSource(name, contribution), new FollowOptions { Precedence = Precedence })));
            }

            ends.AddRange(leaving.Select(static gone => gone.Source.StopAsync(withdraw: true).AsTask()));
            Volatile.Write(ref ending, Task.WhenAll(ends));
        }
    }

    private string NameOf(Contributor contributor, string service)
    {
        var name = contributor.IsHost ? contributor.Id : $"plugin {contributor.Id}";
        var before = followed.Count(known => string.Equals(known.Service, service, StringComparison.OrdinalIgnoreCase) && (known.Name == name || known.Name.StartsWith($"{name} #", StringComparison.Ordinal)));
        return before == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name} #{before + 1}");
    }
}
