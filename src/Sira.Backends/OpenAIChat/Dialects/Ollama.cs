using Sira.Models;

namespace Sira.Backends.OpenAIChat.Dialects;

/// <summary>Ollama's compatible endpoint, on this machine unless configured otherwise.</summary>
internal static class Ollama
{
    public static OpenAIDialect Dialect { get; } = new("ollama")
    {
        DefaultEndpoint = new Uri("http://localhost:11434/v1"),
        KeyVariables = ["OLLAMA_API_KEY"],
        EndpointVariable = "OLLAMA_HOST",
        RequiresKey = false,
        BasePath = "v1",
        ReasoningEfforts = ["none", "low", "medium", "high", "high"],
        ReasoningMembers = ["reasoning", "reasoning_content"],
        ReasoningHistory = ReasoningHistory.Reasoning,
        // It reads tool_choice and parallel_tool_calls and does nothing about them.
        Features = OpenAIDialects.CommonFeatures & ~(RequestFeatures.ToolChoiceRequired | RequestFeatures.ParallelToolCalls),
    };
}
