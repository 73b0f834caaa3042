using Microsoft.Extensions.AI;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Pipeline;

namespace Sira.Gateway.Clients;

/// <summary>Where the stages of plugins stand: inside those of the host, around the gateway. They follow what is contributed from call to call, while the host's own stages stay the same objects.</summary>
internal sealed class ContributedStages(IChatClient gateway, ContributionCatalogue contributions) : DelegatingChatClient(gateway)
{
    private volatile Chain chain = new(null, gateway);

    private IChatClient Outermost
    {
        get
        {
            var (snapshot, current) = (contributions.Current, chain);
            return ReferenceEquals(current.Of, snapshot) ? current.Outermost : (chain = new Chain(snapshot, Build(InnerClient, snapshot))).Outermost;
        }
    }

    /// <summary>Finds what is wrong with the stages of plugins, before any request meets it.</summary>
    public static void Check(ContributionSnapshot next, IEnumerable<ChatStage> own, ConfigurationErrors errors)
    {
        var names = own.Select(static stage => stage.Name).ToHashSet(StringComparer.Ordinal);
        using var nowhere = new NoChatClient();
        foreach (var (stage, contributor) in StagesOf(next))
        {
            var path = $"plugin '{contributor.Id}'";
            if (!names.Add(stage.Name))
            {
                errors.Add(path, $"there is a stage '{stage.Name}' already.", "Give the plugin's stage another name.");
            }

            try
            {
                using var made = stage.Create(nowhere, contributor.Services);
                if (made is null)
                {
                    errors.Add(path, $"its stage '{stage.Name}' returned null instead of a chat client.", "Return the client that wraps the inner one.");
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                errors.Add(path, $"its stage '{stage.Name}' threw {exception.GetType().Name} when it was made: {exception.Message}", "Mend the plugin.");
            }
        }
    }

    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Outermost.GetResponseAsync(messages, options, cancellationToken);

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Outermost.GetStreamingResponseAsync(messages, options, cancellationToken);

    private static IChatClient Build(IChatClient gateway, ContributionSnapshot snapshot)
    {
        var client = gateway;
        foreach (var (stage, contributor) in StagesOf(snapshot).Reverse())
        {
            client = ContributedStage.Around(client, stage, contributor);
        }

        return client;
    }

    private static IEnumerable<(ChatStage Stage, Contributor Contributor)> StagesOf(ContributionSnapshot snapshot)
    {
        foreach (var contribution in snapshot.Get<ChatStage>())
        {
            if (contribution is { Value: { } stage, Contributor.IsHost: false })
            {
                yield return (stage, contribution.Contributor);
            }
        }
    }

    private sealed record Chain(ContributionSnapshot? Of, IChatClient Outermost);
}
