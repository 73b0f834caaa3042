using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Ledger;

namespace Sira.Gateway.Clients;

/// <summary>The gateway itself, for what cannot be had by injecting a chat client: routes by name, explanations, state.</summary>
public interface ISira
{
    /// <summary>Gets the names of the chat routes in force now.</summary>
    IReadOnlyCollection<string> Routes { get; }

    /// <summary>Gets the state of every target that a route for chat or embeddings uses: health, load, latency.</summary>
    IReadOnlyList<TargetStatus> Targets { get; }

    /// <summary>Gets what calls have used and cost, by whom, where and on which day. Also injected as <see cref="IUsageLedger"/>.</summary>
    IUsageLedger Ledger { get; }

    /// <summary>Gets the model calls under way.</summary>
    int InFlight { get; }

    /// <summary>Returns the client of a route, with all stages. Routes that appear by reload can be had here at once.</summary>
    /// <param name="route">The route; <see langword="null"/> for the default route.</param>
    /// <returns>The client, shared; disposing it does nothing.</returns>
    /// <exception cref="RequestFailedException">There is no such route; the message lists those that exist.</exception>
    IChatClient GetChatClient(string? route = null);

    /// <summary>Returns the embedding generator of a route.</summary>
    /// <param name="route">The embedding route; <see langword="null"/> for the default one.</param>
    /// <returns>The generator, shared; disposing it does nothing.</returns>
    /// <exception cref="RequestFailedException">There is no such route.</exception>
    IEmbeddingGenerator<string, Embedding<float>> GetEmbeddingGenerator(string? route = null);

    /// <summary>Makes the decision for a request without making the call.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The options.</param>
    /// <param name="route">The route; <see langword="null"/> for what the options or the default say.</param>
    /// <returns>The decision: candidates with scores, why others were dropped, and who would be tried first. Budgets that routes share are asked only when a call is made.</returns>
    /// <exception cref="RequestFailedException">Nothing has the name asked for.</exception>
    RouteDecision Explain(IEnumerable<ChatMessage> messages, ChatOptions? options = null, string? route = null);

    /// <summary>Takes no new requests any more, and waits until those under way, mirrored calls included, have ended. The host's shutdown calls it. A request that is between two model calls, because a tool of its runs, may still make the next.</summary>
    /// <param name="cancellationToken">Ends the waiting; new requests stay refused.</param>
    /// <returns>A task that ends when nothing is under way.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    Task DrainAsync(CancellationToken cancellationToken = default);
}
