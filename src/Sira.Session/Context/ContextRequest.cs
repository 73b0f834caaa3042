using Microsoft.Extensions.AI;
using Sira.Models;
using Sira.Session.History;
using Sira.Session.Memory;

namespace Sira.Session.Context;

/// <summary>What a context is built of.</summary>
/// <param name="History">The history of the session.</param>
/// <param name="Budget">How much may be sent.</param>
public sealed record ContextRequest(SessionHistory History, ContextBudget Budget)
{
    /// <summary>Gets the messages of this turn, which are always sent, and last.</summary>
    public IReadOnlyList<ChatMessage> NewMessages { get; init; } = [];

    /// <summary>Gets the messages that are always sent, and first, such as instructions.</summary>
    public IReadOnlyList<ChatMessage> Pinned { get; init; } = [];

    /// <summary>Gets the options of the request: instructions, tools and schema count too.</summary>
    public ChatOptions? Options { get; init; }

    /// <summary>Gets the tokenizer family, see <see cref="ModelDescriptor.Family"/>; <see langword="null"/> for an average one. The tokens of the history are those of its headers.</summary>
    public string? Family { get; init; }

    /// <summary>Gets what the target asks for.</summary>
    public ContextLimits Limits { get; init; } = ContextLimits.None;

    /// <summary>Gets what users marked, by the versions of the messages.</summary>
    public IReadOnlyDictionary<long, MessageMark> Marks { get; init; } = new Dictionary<long, MessageMark>();

    /// <summary>Gets what was found in the memory for this turn, best first. It is sent after the history, so that the beginning of the prompt stays the same.</summary>
    public IReadOnlyList<MemoryMatch> Memories { get; init; } = [];
}
