using Microsoft.Extensions.AI;
using Sira.Models;

namespace Sira.Tokens;

/// <summary>Estimates how many input tokens a request has, for context filters and admission. Never used for billing: usage is what the provider reports.</summary>
public interface ITokenEstimator
{
    /// <summary>Estimates the input tokens of a whole request: messages, instructions, tools, schema, media.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The options, whose tools and schema are billed too.</param>
    /// <param name="family">The tokenizer family from <see cref="ModelDescriptor.Family"/>; <see langword="null"/> for an average one.</param>
    /// <returns>The estimate.</returns>
    long Estimate(IEnumerable<ChatMessage> messages, ChatOptions? options, string? family);

    /// <summary>Estimates the tokens of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="family">The tokenizer family; <see langword="null"/> for an average one.</param>
    /// <returns>The estimate.</returns>
    long Estimate(ReadOnlySpan<char> text, string? family);
}
